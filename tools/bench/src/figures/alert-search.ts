import { BenchSystem } from '../bench-system.js';
import type { Figure, Measurement } from '../figure.js';
import { median, percentile, rounded } from '../statistics.js';

const rowsOfAStatement = 20_000;
/** Reading a million alerts takes many seconds. */
const fewTimes = 3;

/** As sensors leave them: each with words that only few others have. */
const fill = `
INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
  created_at, submitted_at, importance, state, technologies, detections, detections_total, engines, database_version,
  object_key, object_name, object_type, size_bytes, sha256, mail_from, rcpt_to, mail)
SELECT gen_random_uuid(), $1, 'mx-' || i % 50, true, 'mail-' || md5(i::text), '', '192.0.2.1',
  now() - make_interval(secs => $4::int - i), now(), (ARRAY['high', 'medium', 'low'])[1 + i % 3],
  (ARRAY['new', 'closed', 'closed', 'closed'])[1 + i % 4], '{am}',
  jsonb_build_array(jsonb_build_object('engine', 'clamav', 'technology', 'am', 'name', 'Win.Trojan.Family-' || i % 5000,
    'path', jsonb_build_array('invoices-' || i % 9000 || '.zip', 'scan' || i || '.exe'))),
  1, '[]', 202611210000, gen_random_uuid(), 'message ' || i, 'email', 40000, encode(sha256(i::text::bytea), 'hex'),
  'sender-' || i % 20000 || '@example.org', jsonb_build_array('anna-' || i % 7000 || '@example.com'),
  jsonb_build_object('subject', jsonb_build_array('Invoice ' || md5((i / 3)::text) || ' is due'),
    'to', jsonb_build_array('anna-' || i % 7000 || '@example.com'))
FROM generate_series($2::int, $3::int) i`;

/** What an analyst types; of the first alerts, so that it is found among few and among many. */
const searches: Readonly<Record<string, { readonly text: string; readonly found: 'some' | 'none' }>> = {
  subject: { text: 'Invoice c4ca4238a0b923820dcc509a6f75849b', found: 'some' },
  sender: { text: 'sender-4711@example.org', found: 'some' },
  recipient: { text: 'anna-4711@', found: 'some' },
  'a name inside': { text: 'scan4711.exe', found: 'some' },
  detection: { text: 'Family-4711', found: 'some' },
  'the beginning of a hash': { text: '6b86b273ff34fce1', found: 'some' },
  // A page of them is wanted, not all.
  'a word of every alert': { text: 'Win.Trojan', found: 'some' },
  'nothing at all': { text: 'no alert has this text', found: 'none' },
};

/** What the search in alerts costs an analyst when there are many of them. */
export const alertSearch: Figure = {
  name: 'alert-search',
  title: 'search in 1,000,000 alerts, through the console',
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 0 });
    try {
      const { id } = await bench.client('bench-search', 'mail');
      const registrationId = await bench.registrationOf(id);
      const total = isQuick ? 50_000 : 1_000_000;
      log(`  filling the ledger with ${total} alerts`);
      for (let first = 1; first <= total; first += rowsOfAStatement)
        await bench.ledger.query(fill, [registrationId, first, first + rowsOfAStatement - 1, total]);
      await bench.ledger.query('VACUUM ANALYZE ledger.alerts');
      const measurements: Measurement[] = [];
      for (const [name, { text, found }] of Object.entries(searches)) {
        const times = await timesOf(isQuick ? 7 : 31, () => search(bench, text, found));
        measurements.push(describe(name, times, await withoutIndex(bench, text), total));
      }
      return measurements;
    } finally {
      await bench.end();
    }
  },
};

async function timesOf(rounds: number, run: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  // The first ones are for warming up.
  for (let round = -2; round < rounds; round += 1) {
    const startedMs = performance.now();
    await run();
    if (round >= 0) times.push(performance.now() - startedMs);
  }
  return times;
}

async function search({ operator }: BenchSystem, text: string, found: 'some' | 'none'): Promise<void> {
  const query = new URLSearchParams({ q: text, limit: '50' }).toString();
  const { items } = await operator.get<{ items: unknown[] }>(`/alerts?${query}`);
  if (items.length > 0 !== (found === 'some')) throw new Error(`${items.length} alerts with ${text}`);
}

/** The text of every alert is looked through, as it would be without the index; in ms. */
async function withoutIndex({ ledger }: BenchSystem, text: string): Promise<number> {
  await ledger.query('SET enable_bitmapscan = off');
  try {
    return median(
      await timesOf(fewTimes, async () => {
        await ledger.query('SELECT count(*) FROM ledger.alert_list WHERE search_text ILIKE $1', [
          `%${text}%`,
        ]);
      }),
    );
  } finally {
    await ledger.query('RESET enable_bitmapscan');
  }
}

function describe(name: string, times: readonly number[], floor: number, alerts: number): Measurement {
  return {
    figure: `${alertSearch.title}: ${name}`,
    value: rounded(median(times)),
    unit: 'ms',
    floor: rounded(floor),
    floorName: 'every alert read',
    score: rounded(median(times) / floor, 3),
    target: { sign: '≤', limit: 0.1 },
    details: { alerts, p99: rounded(percentile(times, 0.99)) },
  };
}

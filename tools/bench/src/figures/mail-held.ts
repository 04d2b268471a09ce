import { MilterPeer } from '@sluice/milter/testing';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/tool-acceptance';
import { registerSensor } from '@sluice/tool-command-line';
import { readDoor } from '@sluice/tool-launcher';
import { BenchSystem } from '../bench-system.js';
import type { Figure } from '../figure.js';
import { peakResidentBytes, residentBytes } from '../process-usage.js';
import { rounded } from '../statistics.js';

const mebibyte = 1024 ** 2;
const bodyBytes = 100_000;

/** Mails that all wait for their verdicts: no scanner gives any. */
export const mailHeld: Figure = {
  name: 'mail-held',
  title: 'sensor memory with 500 mails of 100 KB in flight, beyond idle',
  async run({ isQuick }) {
    const count = isQuick ? 50 : 500;
    const bench = await BenchSystem.start({ scanners: 0 });
    try {
      const port = await findFreePort();
      const sensor = await bench.system.addSensor({
        doors: [readDoor('milter', String(port), '')],
        register: (what, certificateFile) => registerSensor(bench.system.home, what, certificateFile),
      });
      const pid = sensor.pid;
      if (pid === undefined) throw new Error('the sensor does not run');
      const idle = residentBytes(pid);
      const peers: MilterPeer[] = [];
      const peak = await peakResidentBytes(pid, async () => {
        for (let index = 0; index < count; index += 1) peers.push(await submit(port, index));
        await until(async () => (await bench.unfinished()) === count, 300_000);
      });
      const held = residentBytes(pid);
      const answered = peers.filter(({ unread }) => unread.some(({ letter }) => letter !== 'p')).length;
      if (answered > 0) throw new Error(`${answered} mails were answered before their verdict`);
      await Promise.all(peers.map((peer) => peer.close()));
      const grown = rounded((peak - idle) / mebibyte, 0);
      return [
        {
          figure: this.title,
          value: grown,
          unit: 'MiB',
          floor: null,
          floorName: null,
          score: grown,
          target: null,
          details: { count, bodyBytes, idleBytes: idle, peakBytes: peak, heldBytes: held },
        },
      ];
    } finally {
      await bench.end();
    }
  },
};

/** As Postfix does it; the answer is not waited for. */
async function submit(port: number, index: number): Promise<MilterPeer> {
  const peer = await MilterPeer.start(port);
  peer.connectFrom('client.example', '192.0.2.1');
  peer.begin({ headers: [['Subject', ` held ${index}`]] });
  peer.send('N');
  const body = Buffer.alloc(bodyBytes, `line ${index} of a mail\r\n`);
  for (let at = 0; at < body.length; at += 65_535) peer.send('B', body.subarray(at, at + 65_535));
  peer.macros('E', { i: `HELD${index}` });
  peer.send('E');
  return peer;
}

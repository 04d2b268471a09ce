import { healthSchema, serverSchema, type Cause, type Health, type RescanWave } from '@sluice/console-api';
import { formatTable } from '@sluice/tool-launcher';
import type { LocalSystem } from './local-system.js';

/** Answers what to print. */
export async function runStatus({ console, file }: LocalSystem): Promise<string> {
  const [server, health] = await Promise.all([
    console.get<unknown>('/server').then((answer) => serverSchema.parse(answer)),
    console.get<unknown>('/health').then((answer) => healthSchema.parse(answer)),
  ]);
  const addresses = [
    ['Gateway', file.gatewayUrl],
    ['Its certificate', server.certificateFingerprint ?? 'not known yet'],
    ['Console', file.consoleUrl],
    ['Version', `${server.version}, up for ${describeSeconds(server.uptimeSeconds)}`],
    ['Logs', file.logs],
  ];
  return [
    formatTable(addresses, 120),
    '',
    formatTable([['SERVICE', 'INSTANCE', 'STATE', 'BUSY', 'ENGINES'], ...health.instances.map(instanceRow)]),
    '',
    formatTable([['QUEUE', 'PRIORITY', 'UNFINISHED', 'OLDEST'], ...health.queues.map(queueRow)]),
    '',
    ...waveLines(health.rescanWave),
    ...engineNotes(health.instances),
    describeHealth(health),
  ].join('\n');
}

const statusWords = { ok: 'Running', degraded: 'Degraded', down: 'DOWN' } as const;
const levelMarks = { down: '!!', degraded: '! ', advisory: '- ' } as const;

/** The same causes as the console's pages show, worst first. */
export function describeHealth({
  status,
  summary,
  causes,
}: Pick<Health, 'status' | 'summary' | 'causes'>): string {
  const head = summary === null ? 'Running, no problems.' : `${statusWords[status]}: ${summary}.`;
  return [head, ...causes.map(describeCause)].join('\n');
}

const describeCause = ({ level, title, since, effect, nextStep }: Cause): string =>
  `${levelMarks[level]} ${title}${since === null ? '' : ` Since ${since.slice(0, 19).replace('T', ' ')} UTC.`}\n   ${effect} ${nextStep}`;

function instanceRow(one: Health['instances'][number]): string[] {
  const busy = one.slots === 0 ? '-' : `${one.busySlots}/${one.slots}`;
  return [
    one.service,
    one.instance,
    one.state,
    busy,
    one.engines.map(({ engine, version }) => `${engine} ${version}`).join(', '),
  ];
}

/** Only of one that runs: what the last one found is in the list of alerts. */
export function waveLines(wave: RescanWave | null): string[] {
  if (wave === null || wave.endedAt !== null) return [];
  const { done, objects, detected, cleared, unknown, beganAt } = wave;
  return [
    `Kept objects are scanned again since ${beganAt.slice(0, 19).replace('T', ' ')} UTC: ${done} of ${objects}; detected now ${detected}, clean now ${cleared}, unknown ${unknown}.`,
    '',
  ];
}

/** What engines show of themselves when they are tried: one line each, however many scanners say it. */
export function engineNotes(instances: Health['instances']): string[] {
  const notes = instances.flatMap(({ engines }) =>
    engines.flatMap((one) => (one.notes ?? []).map((note) => `${one.engine} ${note}`)),
  );
  return notes.length === 0 ? [] : [...new Set(notes), ''];
}

function queueRow(one: Health['queues'][number]): string[] {
  const oldest = one.oldestAgeSeconds === null ? '-' : describeSeconds(one.oldestAgeSeconds);
  return [one.queue, String(one.priority), String(one.unfinished), oldest];
}

export function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

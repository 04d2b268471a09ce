import { formatTable } from '../terminal/format-table.js';
import type { LocalSystem } from './local-system.js';

interface Health {
  readonly status: string;
  readonly problems: readonly string[];
  readonly instances: readonly {
    readonly service: string;
    readonly instance: string;
    readonly version: string;
    readonly state: string;
    readonly busySlots: number;
    readonly slots: number;
    readonly engines: readonly {
      readonly engine: string;
      readonly version: string;
      readonly signaturesAt: string | null;
    }[];
  }[];
  readonly queues: readonly {
    readonly queue: string;
    readonly priority: number;
    readonly unfinished: number;
    readonly oldestAgeSeconds: number | null;
  }[];
}

/** Answers what to print. */
export async function runStatus({ console, file }: LocalSystem): Promise<string> {
  const [server, health] = await Promise.all([
    console.get<{ version: string; certificateFingerprint: string | null; uptimeSeconds: number }>('/server'),
    console.get<Health>('/health'),
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
    health.problems.length === 0
      ? 'No problems.'
      : health.problems.map((problem) => `! ${problem}`).join('\n'),
  ].join('\n');
}

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

function queueRow(one: Health['queues'][number]): string[] {
  const oldest = one.oldestAgeSeconds === null ? '-' : describeSeconds(one.oldestAgeSeconds);
  return [one.queue, String(one.priority), String(one.unfinished), oldest];
}

export function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

import type { ExternalSystem, ListPage } from '@sluice/console-api';
import type { RequestBody } from '@sluice/console-api/requests';
import { formatFingerprint, parseFingerprint } from '@sluice/contracts';
import { formatTable } from '@sluice/tool-launcher';
import { CommandError } from './command.errors.js';
import type { ConsoleClient } from './console-client.js';

type Page = ListPage<ExternalSystem>;

/** What a table of systems shows, and what one is chosen by. */
export type ListedSystem = Pick<
  ExternalSystem,
  | 'id'
  | 'sensor'
  | 'type'
  | 'name'
  | 'sensorId'
  | 'certificateFingerprint'
  | 'state'
  | 'lastSeenAt'
  | 'idInUse'
>;

export async function listSystems(
  console: ConsoleClient,
  filter: Record<string, string> = {},
): Promise<ExternalSystem[]> {
  const systems: ExternalSystem[] = [];
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({
      limit: '500',
      ...filter,
      ...(cursor === null ? {} : { cursor }),
    });
    const page: Page = await console.get<Page>(`/external-systems?${query.toString()}`);
    systems.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return systems;
}

export function describeSystems(systems: readonly ListedSystem[]): string {
  if (systems.length === 0) return 'No external system has called yet.';
  const header = ['ID', 'TYPE', 'NAME', 'SENSOR', 'STATE', 'LAST SEEN', 'CERTIFICATE FINGERPRINT'];
  const rows = systems.map((one) => [
    one.sensorId,
    one.type,
    one.name ?? '-',
    one.sensor ?? '-',
    one.state + (one.state === 'pending' && one.idInUse ? ' (ID in use)' : ''),
    one.lastSeenAt?.slice(0, 19).replace('T', ' ') ?? '-',
    one.certificateFingerprint,
  ]);
  return formatTable([header, ...rows], 95);
}

/**
 * The one row that `which` means: its sensor ID, its own id, or the (beginning of the) fingerprint of its certificate.
 * Several rows share an ID when a cluster does, or when somebody else claims it: then the fingerprint has to tell.
 */
export function chooseSystem<System extends ListedSystem>(
  systems: readonly System[],
  which: string,
  states: readonly string[],
): System {
  const matching = systems.filter((one) => matches(one, which));
  const fitting = matching.filter((one) => states.includes(one.state));
  if (fitting.length === 1 && fitting[0] !== undefined) return fitting[0];
  if (fitting.length > 1) {
    throw new CommandError(
      `${fitting.length} rows match ${which}:\n${describeSystems(fitting)}`,
      'Name the one you mean by its certificate fingerprint.',
    );
  }
  const found = matching[0];
  if (found !== undefined) throw new CommandError(`${which} is ${found.state}.`);
  throw new CommandError(`No external system ${which}.`, 'See them all: npm run sluice -- systems list');
}

const shortestPrefix = 8;

function matches(one: ListedSystem, which: string): boolean {
  const prefix = which.replace(/[:\s]/g, '').toLowerCase();
  const isPrefix = prefix.length >= shortestPrefix && /^[0-9a-f]+$/.test(prefix);
  const fingerprint = parseFingerprint(one.certificateFingerprint) ?? '';
  return one.sensorId === which || one.id === which || (isPrefix && fingerprint.startsWith(prefix));
}

type AcceptanceBody = RequestBody<'POST /api/external-systems/{id}/accept'>;
/** What is not given is as the system says of itself. */
export type Acceptance = Partial<Omit<AcceptanceBody, 'certificateFingerprint'>>;

export async function acceptSystem(
  console: ConsoleClient,
  which: string,
  acceptance: Acceptance,
): Promise<ExternalSystem> {
  const seen = chooseSystem(await listSystems(console), which, ['pending', 'rejected']);
  if (seen.idInUse && acceptance.mode === undefined) {
    throw new CommandError(
      `The ID ${seen.sensorId} is in use by another certificate.`,
      'Say what to do with it: --replace (the older one is cut off) or --add (both share the ID and its scans).',
    );
  }
  const body: AcceptanceBody = {
    ...acceptance,
    certificateFingerprint: seen.certificateFingerprint,
    type: acceptance.type ?? seen.type,
  };
  return console.post<ExternalSystem>(`/external-systems/${seen.id}/accept`, body);
}

export interface Registered {
  readonly sensorId: string;
  readonly type: 'mail' | 'other';
  readonly name: string;
}

/** Makes sure that the certificate may call as `sensorId`; what an operator rejected stays rejected. */
export async function ensureAccepted(
  console: ConsoleClient,
  { sensorId, type, name }: Registered,
  fingerprint: string,
): Promise<void> {
  const known = (await listSystems(console, { sensorId })).find(
    (one) => parseFingerprint(one.certificateFingerprint) === fingerprint,
  );
  if (known?.state === 'accepted') return;
  if (known?.state === 'pending') {
    await acceptSystem(console, known.id, { type, ...(known.idInUse ? { mode: 'add' } : {}) });
    return;
  }
  if (known !== undefined) {
    throw new CommandError(
      `An operator set the certificate of ${sensorId} to ${known.state}.`,
      `Undo it: npm run sluice -- systems accept ${known.id}`,
    );
  }
  const body: RequestBody<'POST /api/external-systems'> = {
    sensorId,
    certificateFingerprint: formatFingerprint(fingerprint),
    type,
    name,
    mode: 'add',
  };
  await console.post('/external-systems', body);
}

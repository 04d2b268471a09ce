import { answerFaults, apiRouteOf } from '../routes.js';
import type { Call } from './call.js';

export interface ChangeEverything {
  /** What was answered otherwise than the console answers, a line each. */
  readonly faults: readonly string[];
  /** Routes that were asked for a change, as OpenAPI writes them. */
  readonly changed: readonly string[];
}

const fingerprint = 'AB'.repeat(32);
const absent = '00000000-0000-4000-8000-000000000000';

/**
 * The contract suite of changes: makes, changes and removes one of each, and sends what has to be refused. Both consoles answer
 * each step with the same status, as described, and show afterwards what was done.
 */
export async function changeEverything(call: Call): Promise<ChangeEverything> {
  const contract = new Contract(call);
  await changeSettings(contract);
  await changeViews(contract);
  await changeSystems(contract);
  await changeNotifications(contract);
  await changeOperators(contract);
  await changeTokens(contract);
  return { faults: contract.faults, changed: [...contract.changed] };
}

class Contract {
  readonly faults: string[] = [];
  readonly changed = new Set<string>();

  constructor(private readonly call: Call) {}

  /** Asks, and writes down when the status or the answer is another one. What was answered, for the next step. */
  async expect(
    status: number,
    method: string,
    path: string,
    body?: object,
  ): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    const what = `${method} ${path}`;
    const route = apiRouteOf(method, path);
    if (route === null) this.faults.push(`${what}: is not described`);
    else this.changed.add(route);
    if (answer.status !== status) this.faults.push(`${what}: answers ${answer.status}, not ${status}`);
    if (answer.status < 300) this.faults.push(...answerFaults(method, path, answer.body));
    return (answer.body ?? {}) as Record<string, unknown>;
  }

  /** 400 whose advice stands at this field. */
  async refuses(method: string, path: string, body: object, field: string): Promise<void> {
    const { fields } = await this.expect(400, method, path, body);
    if (!(field in ((fields ?? {}) as object)))
      this.faults.push(`${method} ${path}: says nothing of the field ${field}`);
  }

  async lists(path: string, id: unknown, isThere: boolean): Promise<void> {
    const { items } = await this.expect(200, 'GET', path);
    const isListed = Array.isArray(items) && items.some((item: { id?: unknown }) => item.id === id);
    if (isListed !== isThere)
      this.faults.push(`GET ${path}: ${isThere ? 'lacks' : 'still has'} ${String(id)}`);
  }

  says(what: string, value: unknown, wanted: unknown): void {
    if (value !== wanted) this.faults.push(`${what} is ${String(value)}, not ${String(wanted)}`);
  }
}

async function changeSettings(contract: Contract): Promise<void> {
  const path = '/api/settings';
  const after = await contract.expect(200, 'PATCH', path, { maxDepth: 9 });
  contract.says('maxDepth', (after['maxDepth'] as { value?: unknown } | undefined)?.value, 9);
  await contract.refuses('PATCH', path, { maxDepth: -1 }, 'maxDepth');
  await contract.expect(400, 'PATCH', path, {});
  await contract.expect(400, 'PATCH', path, { noSuchSetting: 1 });
}

async function changeViews(contract: Contract): Promise<void> {
  const path = '/api/alert-views';
  const { id } = await contract.expect(201, 'POST', path, { name: 'New ones', query: 'state=new' });
  await contract.refuses('POST', path, { name: '', query: '' }, 'name');
  await contract.lists(path, id, true);
  await contract.expect(204, 'DELETE', `${path}/${String(id)}`);
  await contract.lists(path, id, false);
}

async function changeSystems(contract: Contract): Promise<void> {
  const path = '/api/external-systems';
  const pair = { sensorId: 'contract-1', certificateFingerprint: fingerprint, type: 'other' };
  const { id } = await contract.expect(201, 'POST', path, pair);
  const one = `${path}/${String(id)}`;
  await contract.expect(409, 'POST', path, pair);
  await contract.refuses('POST', path, { ...pair, certificateFingerprint: 'AB' }, 'certificateFingerprint');
  const named = await contract.expect(200, 'PATCH', one, { name: 'Contract', maxUnfinishedScans: 7 });
  contract.says('name', named['name'], 'Contract');
  contract.says('maxUnfinishedScans', named['maxUnfinishedScans'], 7);
  await contract.refuses('PATCH', one, { maxUnfinishedScans: 0 }, 'maxUnfinishedScans');
  await contract.expect(400, 'PATCH', one, {});
  const rejected = await contract.expect(200, 'POST', `${one}/reject`, {
    certificateFingerprint: fingerprint,
  });
  contract.says('state', rejected['state'], 'rejected');
  const decision = { certificateFingerprint: fingerprint, type: 'other' };
  await contract.refuses('POST', `${one}/accept`, { ...decision, type: 'none' }, 'type');
  const accepted = await contract.expect(200, 'POST', `${one}/accept`, decision);
  contract.says('state', accepted['state'], 'accepted');
  await contract.expect(204, 'DELETE', one);
  await contract.expect(404, 'GET', one);
}

async function changeNotifications(contract: Contract): Promise<void> {
  const [channels, rules] = ['/api/notification-channels', '/api/notification-rules'];
  const settings = { host: 'logs.example.org', port: 514, transport: 'udp', format: 'cef' };
  const channel = await contract.expect(201, 'POST', channels, {
    name: 'Contract',
    kind: 'syslog',
    settings,
  });
  const channelId = channel['id'];
  await contract.refuses('POST', channels, { name: '', kind: 'syslog', settings }, 'name');
  await contract.expect(200, 'PATCH', `${channels}/${String(channelId)}`, { settings: { port: 1514 } });
  await contract.expect(400, 'PATCH', `${channels}/${String(channelId)}`, {});
  const rule = await contract.expect(201, 'POST', rules, { name: 'Contract', channelId });
  const one = `${rules}/${String(rule['id'])}`;
  await contract.refuses('POST', rules, { name: 'Contract', channelId: 'none' }, 'channelId');
  const off = await contract.expect(200, 'PATCH', one, { enabled: false });
  contract.says('enabled', off['enabled'], false);
  await contract.refuses('PATCH', one, { digestMinutes: -1 }, 'digestMinutes');
  await contract.expect(200, 'POST', `${rules}/preview`, { match: {} });
  await contract.refuses('POST', `${rules}/preview`, { match: { source: 'nowhere' } }, 'match.source');
  await contract.expect(409, 'DELETE', `${channels}/${String(channelId)}`);
  await contract.expect(204, 'DELETE', one);
  await contract.expect(204, 'DELETE', `${channels}/${String(channelId)}`);
  await contract.expect(404, 'GET', `${channels}/${String(channelId)}`);
}

async function changeOperators(contract: Contract): Promise<void> {
  const path = '/api/operators';
  const operator = { username: 'contract', password: 'a long enough password', role: 'auditor' };
  const { id } = await contract.expect(201, 'POST', path, operator);
  const one = `${path}/${String(id)}`;
  await contract.expect(409, 'POST', path, operator);
  await contract.refuses('POST', path, { ...operator, username: 'other', password: 'short' }, 'password');
  const changed = await contract.expect(200, 'PATCH', one, { role: 'security-officer', isDisabled: true });
  contract.says('role', changed['role'], 'security-officer');
  contract.says('isDisabled', changed['isDisabled'], true);
  await contract.expect(400, 'PATCH', one, {});
  await contract.expect(204, 'DELETE', one);
  await contract.lists(path, id, false);
  await contract.expect(404, 'DELETE', `${path}/${absent}`);
}

async function changeTokens(contract: Contract): Promise<void> {
  const path = '/api/tokens';
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const token = { name: 'contract', role: 'auditor', expiresAt };
  const { id } = await contract.expect(201, 'POST', path, token);
  await contract.refuses('POST', path, { ...token, expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt');
  await contract.lists(path, id, true);
  await contract.expect(204, 'DELETE', `${path}/${String(id)}`);
  await contract.expect(404, 'DELETE', `${path}/${absent}`);
}

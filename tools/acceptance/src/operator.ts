import { fetch, type Agent } from 'undici';
import { consoleAgent } from './console-agent.js';
import type { TestSystem } from './test-system.js';

export interface ExternalSystemRow {
  readonly id: string;
  readonly sensorId: string;
  readonly type: 'mail' | 'other';
  readonly state: string;
  readonly certificateFingerprint: string;
  readonly idInUse: boolean;
}

/** An operator's script: the console API with the local administrator's token. */
export class Operator {
  private readonly agent: Agent;

  constructor(private readonly system: TestSystem) {
    this.agent = consoleAgent(system);
  }

  async call(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const answer = await fetch(`${this.system.consoleUrl}/api${path}`, {
      method,
      dispatcher: this.agent,
      headers: {
        authorization: `Bearer ${this.system.localToken ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  async get<T>(path: string): Promise<T> {
    const { status, json } = await this.call('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(json)}`);
    return json as T;
  }

  async change(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, json } = await this.call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** The Server list's rows of one sensorId. */
  async rowsOf(sensorId: string): Promise<ExternalSystemRow[]> {
    const { items } = await this.get<{ items: ExternalSystemRow[] }>('/external-systems?limit=500');
    return items.filter((row) => row.sensorId === sensorId);
  }

  async accept(row: ExternalSystemRow, type: 'mail' | 'other'): Promise<void> {
    await this.change('POST', `/external-systems/${row.id}/accept`, {
      certificateFingerprint: row.certificateFingerprint,
      type,
      ...(type === 'mail' ? {} : { name: row.sensorId }),
    });
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}

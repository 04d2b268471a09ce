import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import { curl, makeCertificate, type CurlAnswer } from './curl.js';
import type { Operator } from './operator.js';
import { until, type TestSystem } from './test-system.js';

/** An external system as its administrator would script it: openssl and curl. */
export class Sensor {
  private constructor(
    readonly id: string,
    readonly base: string,
    readonly identity: readonly string[],
    private readonly system: TestSystem,
  ) {}

  /** For many calls: connections of a Node client, kept alive. The caller closes it. */
  agent(connections: number): Agent {
    const [, cert = '', , key = ''] = this.identity;
    const ca = readFileSync(this.system.gatewayCertificateFile);
    return new Agent({
      connections,
      connect: { ca, cert: readFileSync(cert), key: readFileSync(key), checkServerIdentity: () => undefined },
    });
  }

  /** Not accepted yet. */
  static async make(system: TestSystem, folder: string, id: string, newKey?: string): Promise<Sensor> {
    const identity = await makeCertificate(folder, id, newKey);
    return new Sensor(id, `${system.gatewayUrl}/kata/scanner/v1/sensors/${id}`, identity, system);
  }

  /** Calls once, is accepted, and waits until the gateway knows. */
  static async accepted(
    system: TestSystem,
    operator: Operator,
    { folder, id, type = 'other' }: { folder: string; id: string; type?: 'mail' | 'other' },
  ): Promise<Sensor> {
    const sensor = await Sensor.make(system, folder, id);
    const first = `/scans/filters${type === 'mail' ? '?sensorType=mail' : ''}`;
    await until(async () => (await sensor.get(first)).status === 401);
    const row = await until(async () => (await operator.rowsOf(id))[0]);
    await operator.accept(row, type);
    await until(async () => (await sensor.get('/scans/filters')).status === 200);
    return sensor;
  }

  get(path: string, ...args: string[]): Promise<CurlAnswer> {
    return curl(...this.identity, ...args, `${this.base}${path}`);
  }

  delete(path: string): Promise<CurlAnswer> {
    return this.get(path, '-X', 'DELETE');
  }

  /** Again while the gateway is too busy, as it asks its callers to; it must say when to come back. */
  submit(file: string, scanId: string, ...fields: string[]): Promise<CurlAnswer> {
    const form = [`scanId=${scanId}`, ...fields, `content=@${file}`].flatMap((field) => ['-F', field]);
    return until(async () => {
      const answer = await this.get('/scans', ...form);
      if (answer.status === 503 && answer.headers['retry-after'] === undefined)
        throw new Error(`503 without Retry-After: ${answer.body}`);
      return answer.status !== 503 && answer;
    });
  }

  /** The report once the scan is finished, however long that takes: the time limit is the test's. */
  async report(scanId: string): Promise<Report> {
    const { status, body } = await this.get(`/scans/${scanId}?wait=30`);
    if (status !== 200) throw new Error(`report of ${scanId}: ${status} ${body}`);
    const report = JSON.parse(body) as Report;
    return report.state === 'processing' ? this.report(scanId) : report;
  }

  async states(query = ''): Promise<{ scanId: string; state: string }[]> {
    const { status, body } = await this.get(`/scans/state${query}`);
    if (status !== 200) throw new Error(`states: ${status} ${body}`);
    return (JSON.parse(body) as { scans: { scanId: string; state: string }[] }).scans;
  }
}

export interface Report {
  readonly state: string;
  readonly reason: string | null;
  readonly detections: { engine: string; technology: string; name: string; path: string[] }[];
  readonly engines: { engine: string; isTestSignatures: boolean }[];
  readonly object: { md5: string; sha256: string; size: number };
}

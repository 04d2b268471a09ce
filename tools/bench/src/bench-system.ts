import { execFileSync } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { Operator, startTestSystem, until, WireClient, type ClientLine } from '@sluice/tool-acceptance';
import type { TestSystem, TestSystemOptions } from '@sluice/tool-acceptance';
import { cpuMsOfTree, memoryOfTree } from './process-usage.js';

/** A whole system of its own for one figure, and ways to look behind its scenes. */
export class BenchSystem {
  private isScanningStopped = false;

  private constructor(
    readonly system: TestSystem,
    readonly operator: Operator,
    /** The database's owner. */
    readonly ledger: pg.Client,
  ) {}

  static async start(options: TestSystemOptions = {}): Promise<BenchSystem> {
    const system = await startTestSystem({
      ...options,
      variablesFor: (name) => ({ ...profileVariables(), ...options.variablesFor?.(name) }),
      // What is measured is never the limit on unfinished scans.
      variables: { ...withoutLimits, GATEWAY_HANDSHAKES_PER_ADDRESS: '1000000', ...options.variables },
    });
    const ledger = new pg.Client({ connectionString: system.servers.ownerUrl });
    ledger.on('error', () => undefined);
    await ledger.connect();
    return new BenchSystem(system, new Operator(system), ledger);
  }

  async client(id: string, type: 'mail' | 'other' = 'other'): Promise<WireClient> {
    const client = await WireClient.make(id, type);
    return client.becomeAccepted(this.operator, this.system.gatewayUrls);
  }

  lines(client: WireClient, count: number): ClientLine[] {
    const { gatewayUrls } = this.system;
    return Array.from({ length: count }, (_, index) =>
      client.connect(gatewayUrls[index % gatewayUrls.length] ?? ''),
    );
  }

  async unfinished(): Promise<number> {
    const { rows } = await this.ledger.query<{ unfinished: number }>(
      `SELECT unfinished FROM ledger.counters WHERE scope = 'all'`,
    );
    return rows[0]?.unfinished ?? 0;
  }

  async allFinished(deadlineMs = 600_000): Promise<void> {
    await until(async () => (await this.unfinished()) === 0, deadlineMs);
  }

  /** Of an accepted system; empty when there is none. */
  async registrationOf(sensorId: string): Promise<string> {
    const { rows } = await this.ledger.query<{ registration_id: string }>(
      'SELECT registration_id FROM registry.accepted_certificates WHERE sensor_id = $1',
      [sensorId],
    );
    return rows[0]?.registration_id ?? '';
  }

  /** States of the scans so far, counted. */
  async states(): Promise<Record<string, number>> {
    const { rows } = await this.ledger.query<{ state: string; count: string }>(
      'SELECT state, count(*) FROM ledger.scans GROUP BY state',
    );
    return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
  }

  pid(name: string): number {
    const pid = this.system.processes.find((one) => one.name === name)?.pid;
    if (pid === undefined) throw new Error(`no process ${name}`);
    return pid;
  }

  /**
   * From now on scanners take no jobs, and go on reporting: their clamd stands still. Without any scanner gateways would
   * give each object a file of its own, since they would not know what reads it.
   */
  async stopScanning(): Promise<void> {
    this.letScan();
    process.kill(this.pid('clamd'), 'SIGSTOP');
    this.isScanningStopped = true;
    await until(async () => {
      const { rows } = await this.ledger.query<{ healthy: boolean }>(
        `SELECT bool_and((engine ->> 'isHealthy')::boolean) AS healthy
         FROM ledger.instances i, jsonb_array_elements(i.status -> 'engines') engine WHERE i.service = 'scanner'`,
      );
      return rows[0]?.healthy === false;
    }, 120_000);
  }

  private letScan(): void {
    if (this.isScanningStopped) process.kill(this.pid('clamd'), 'SIGCONT');
    this.isScanningStopped = false;
  }

  /** CPU so far, by process. */
  cpuMs(): Map<string, number> {
    const running = this.system.processes.filter((one) => one.pid !== undefined);
    return new Map(running.map((one) => [one.name, cpuMsOfTree(one.pid ?? 0)]));
  }

  /** Of all processes together, now. */
  memoryBytes(): number {
    const pids = this.system.processes.flatMap((one) => (one.pid === undefined ? [] : [one.pid]));
    return pids.reduce((sum, pid) => sum + memoryOfTree(pid), 0);
  }

  /** Of each with its children, now. */
  memoryByProcess(): Record<string, number> {
    const running = this.system.processes.filter((one) => one.pid !== undefined);
    const mebibytes = (pid: number): number => Math.round(memoryOfTree(pid) / 1024 ** 2);
    return Object.fromEntries(running.map((one) => [one.name, mebibytes(one.pid ?? 0)]));
  }

  /** Lets a process, with all its threads, use one core only. */
  pin(name: string, core: number): void {
    execFileSync('taskset', ['-acp', String(core), String(this.pid(name))], { stdio: 'ignore' });
  }

  async end(): Promise<void> {
    this.letScan();
    await this.ledger.end().catch(() => undefined);
    await this.operator.close();
    await this.system.end();
  }
}

const withoutLimits = Object.fromEntries(
  ['CONCURRENT_SCANS', 'UNFINISHED_SCANS_PER_SYSTEM', 'UNFINISHED_SCANS_PER_MAIL_SYSTEM'].map((limit) => [
    `SETTING_MAX_${limit}`,
    '10000000',
  ]),
);

const profiler = path.resolve(import.meta.dirname, '../profile-service.mjs');

/** BENCH_PROFILE_DIR: every service writes a CPU profile there when it stops. The services' user has to be let in. */
function profileVariables(): Record<string, string> {
  const folder = process.env['BENCH_PROFILE_DIR'];
  if (folder === undefined) return {};
  return { NODE_OPTIONS: `--import=${profiler}`, BENCH_PROFILE_DIR: folder };
}

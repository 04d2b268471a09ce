import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClientCertificate } from '@sluice/tls';
import { eventually } from './check-list.js';
import type { ClientRequest } from './client/client-request.js';
import type { LoadResult } from './client/load.js';
import type { Answer, Caller } from './client/scan-client.js';
import type { DockerEngine } from './engine/docker-engine.js';
import type { RunResult } from './run-program.js';

export interface ContainerState {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly state: string;
  readonly health: string;
}

const gatewayPort = 8443;

/** The compose system of one checkout, operated with the commands of the README, and an external system that calls it. */
export class SystemUnderCheck {
  private made: Caller | null = null;

  constructor(
    readonly engine: DockerEngine,
    /** The checkout, inside the engine's base folder. */
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv = {},
  ) {}

  compose(...args: readonly string[]): Promise<string> {
    return this.engine.docker(['compose', ...args], { cwd: this.folder, env: this.env });
  }

  tryCompose(...args: readonly string[]): Promise<RunResult> {
    return this.engine.tryDocker(['compose', ...args], { cwd: this.folder, env: this.env });
  }

  /** The operators' command line. */
  sluice(...args: readonly string[]): Promise<string> {
    return this.compose('exec', '-T', 'console', 'sluice', ...args);
  }

  async containers(): Promise<ContainerState[]> {
    const text = await this.compose('ps', '-a', '--format', 'json');
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Record<string, string>)
      .map((one) => ({
        id: one['ID'] ?? '',
        service: one['Service'] ?? '',
        name: one['Name'] ?? '',
        state: one['State'] ?? '',
        health: one['Health'] ?? '',
      }));
  }

  /** Waits until each container that has a health check passes it; answers how many. */
  untilHealthy(seconds: number): Promise<number> {
    return eventually('every container is healthy', seconds, async () => {
      const running = (await this.containers()).filter(({ service }) => service !== 'migrate');
      const sick = running.filter(({ state, health }) => state !== 'running' || health !== 'healthy');
      if (sick.length > 0 || running.length === 0)
        throw new Error(sick.map(({ name, state, health }) => `${name} is ${state} ${health}`).join(', '));
      return running.length;
    });
  }

  /** A shell command inside the first container of a service. */
  inside(service: string, script: string): Promise<RunResult> {
    return this.tryCompose('exec', '-T', service, 'sh', '-c', script);
  }

  async caller(): Promise<Caller> {
    if (this.made !== null) return this.made;
    const { certPem, keyPem } = await createClientCertificate({ commonName: 'compose-check', days: 30 });
    this.made = { host: '127.0.0.1', port: gatewayPort, sensorId: 'compose-check', certPem, keyPem };
    return this.made;
  }

  async call(method: string, callPath: string, from: Partial<Caller> = {}): Promise<Answer> {
    const caller = { ...(await this.caller()), ...from };
    return this.ask({ kind: 'call', caller, method, path: callPath }) as Promise<Answer>;
  }

  async submit(
    fields: Readonly<Record<string, string>>,
    content: Buffer | { readonly filledBytes: number },
  ): Promise<Answer> {
    const given = Buffer.isBuffer(content)
      ? { kind: 'bytes' as const, base64: content.toString('base64') }
      : { kind: 'filled' as const, sizeBytes: content.filledBytes };
    return this.ask({
      kind: 'submit',
      caller: await this.caller(),
      fields: { ...fields },
      content: given,
    }) as Promise<Answer>;
  }

  async load(options: Extract<ClientRequest, { kind: 'load' }>['options']): Promise<LoadResult> {
    return this.ask({ kind: 'load', caller: await this.caller(), options }) as Promise<LoadResult>;
  }

  /** The report's state once the scan is over. */
  async verdict(scanId: string, seconds = 60): Promise<string> {
    return eventually(`a verdict on ${scanId}`, seconds, async () => {
      const answer = await this.call('GET', `/scans/${scanId}?wait=20`);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
      const { state } = JSON.parse(answer.body) as { state: string };
      return state === 'processing' ? null : state;
    });
  }

  /** An external system in a process of its own: it sees the engine's network alone. */
  private async ask(request: ClientRequest): Promise<unknown> {
    const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'client/client-main.js');
    const text = await this.engine.inNetwork([process.execPath, program], {
      input: JSON.stringify(request),
    });
    return JSON.parse(text) as unknown;
  }
}

/** One sentence on a load; rejects unless every submission was accepted and judged rightly. */
export function requireFlawless(result: LoadResult): string {
  const { sent, accepted, right, refused, unexpected, wrong, open } = result;
  const repeats = `${result.repeated503} repeats after 503, ${result.repeatedReset} after resets`;
  const summary = `${right} of ${sent} right, ${repeats}`;
  const faults = [...unexpected, ...wrong, ...open.map((id) => `${id}: still open`)].slice(0, 10);
  if (right !== sent || accepted !== sent || refused > 0)
    throw new Error(`${summary}, ${refused} never accepted; ${faults.join('; ')}`);
  return summary;
}

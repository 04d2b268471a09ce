import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClientCertificate } from '@sluice/tls';
import { askClient } from './ask-client.js';
import { eventually } from './check-list.js';
import type { ClientRequest } from './client/client-request.js';
import type { LoadResult } from './client/load.js';
import type { Answer, Caller } from './client/scan-client.js';
import type { DockerEngine } from './engine/docker-engine.js';

export type Content = Buffer | { readonly filledBytes: number } | { readonly file: string };

export interface LoadShape {
  /** Stands before each scanId. */
  readonly prefix: string;
  readonly perSecond?: number;
  /** Goes on until so many were submitted, even when the work is done earlier. */
  readonly minimum?: number;
  /** A new connection for each submission when false. */
  readonly isKeptAlive?: boolean;
}

/** The slowest of two cores may take so long for the verdicts on what was accepted. */
const settleSeconds = 400;
const defaultPerSecond = 6;

/** Calls the system through the balancer's published port, from processes that see the engine's network alone. */
export class ExternalSystem {
  private made: Caller | null = null;

  constructor(
    private readonly engine: DockerEngine,
    readonly sensorId: string,
    private readonly port: number,
  ) {}

  async caller(): Promise<Caller> {
    if (this.made !== null) return this.made;
    const { certPem, keyPem } = await createClientCertificate({ commonName: this.sensorId, days: 30 });
    this.made = { host: '127.0.0.1', port: this.port, sensorId: this.sensorId, certPem, keyPem };
    return this.made;
  }

  async call(method: string, callPath: string): Promise<Answer> {
    const caller = await this.caller();
    return this.ask({ kind: 'call', caller, method, path: callPath }) as Promise<Answer>;
  }

  async submit(fields: Readonly<Record<string, string>>, content: Content): Promise<Answer> {
    return this.ask({
      kind: 'submit',
      caller: await this.caller(),
      fields: { ...fields },
      content: described(content),
    }) as Promise<Answer>;
  }

  /** Submits at a steady rate while the work is done, and then looks at every verdict. Rejects when the work does. */
  async underLoad(shape: LoadShape, work: () => Promise<void>): Promise<LoadResult> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-load-'));
    const stopFile = path.join(folder, 'stop');
    try {
      const options = {
        prefix: shape.prefix,
        stopFile,
        settleSeconds,
        perSecond: shape.perSecond ?? defaultPerSecond,
        minimum: shape.minimum ?? 1,
        isKeptAlive: shape.isKeptAlive ?? true,
      };
      const [worked, loaded] = await Promise.allSettled([
        work().finally(() => writeFile(stopFile, '')),
        this.ask({ kind: 'load', caller: await this.caller(), options }),
      ]);
      if (worked.status === 'rejected') throw worked.reason;
      if (loaded.status === 'rejected') throw loaded.reason;
      return loaded.value as LoadResult;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** The report's state once the scan is over. */
  async verdict(scanId: string, seconds = 240): Promise<string> {
    return eventually(`a verdict on ${scanId}`, seconds, async () => {
      const answer = await this.call('GET', `/scans/${scanId}?wait=20`);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
      const { state } = JSON.parse(answer.body) as { state: string };
      return state === 'processing' ? null : state;
    });
  }

  private ask(request: ClientRequest): Promise<unknown> {
    return askClient(this.engine, request);
  }
}

function described(content: Content): Extract<ClientRequest, { kind: 'submit' }>['content'] {
  if (Buffer.isBuffer(content)) return { kind: 'bytes', base64: content.toString('base64') };
  if ('file' in content) return { kind: 'file', file: content.file };
  return { kind: 'filled', sizeBytes: content.filledBytes };
}

/** One sentence on a load; rejects unless every submission was accepted and judged rightly. */
export function requireFlawless(result: LoadResult): string {
  const { sent, accepted, right, refused, unexpected, wrong, open } = result;
  const repeats = `${result.repeatedAnswers} repeats after 503 or 429, ${result.repeatedReset} after resets (${result.resetOnNew} of new connections)`;
  const summary = `${right} of ${sent} right, ${repeats}`;
  const faults = [...unexpected, ...wrong, ...open.map((id) => `${id}: still open`)].slice(0, 10);
  if (right !== sent || accepted !== sent || refused > 0)
    throw new Error(`${summary}, ${refused} never accepted; ${faults.join('; ')}`);
  return summary;
}

/** As above, and no connection was reset that had just been opened: what stops in order resets none. */
export function requireOrderly(result: LoadResult): string {
  const summary = requireFlawless(result);
  if (result.resetOnNew > 0) throw new Error(summary);
  return summary;
}

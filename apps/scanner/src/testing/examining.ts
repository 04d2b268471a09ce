import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import {
  type Engine,
  type EngineStatus,
  type Job,
  type ObjectType,
  defaultSettings,
} from '@sluice/contracts';
import { type ObjectStore, openObjectStore } from '@sluice/object-store';
import { until } from '@sluice/timing';
import { type Combined, combineOutcomes } from '../combine-outcomes/combine-outcomes.js';
import { AllowList } from '../examine-object/allow-list.js';
import { ExamineObjectService, type Examination } from '../examine-object/examine-object.service.js';
import type { Inspector } from '../examine-object/inspector.js';
import type { InspectionLimits } from '../inspection/inspection.schema.js';
import { usualLimits } from './usual-limits.js';

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What a scanner makes of an examination. */
export function combined(examination: Examination): Combined {
  if (examination.kind !== 'examined') throw new Error(examination.kind);
  const settings = { ...defaultSettings, allowTestSignatures: true };
  return combineOutcomes(examination.results, { settings, nowMs: Date.now() });
}

/** Objects in a store of a suite's own, examined as a scanner does it. */
export class Examining {
  private readonly service: ExamineObjectService;

  private constructor(
    readonly store: ObjectStore,
    private readonly engines: readonly Engine[],
    readonly statuses: ReadonlyMap<string, EngineStatus>,
    { inspector, allowList = new AllowList(null) }: { inspector: Inspector; allowList?: AllowList },
  ) {
    this.service = new ExamineObjectService(store, engines, inspector, allowList);
  }

  /** Once the inspector's processes answer: its self-test waits for one no longer than a scanner does. */
  static async start(home: string, engines: readonly Engine[], inspector: Inspector): Promise<Examining> {
    mkdirSync(`${home}/objects`);
    const store = await openObjectStore(`file://${home}/objects`);
    const tested = await Promise.all(engines.map((engine) => engine.selfTest()));
    const inspected = await until(async () => {
      const found = await inspector.selfTest();
      return found.every(({ isHealthy }) => isHealthy) && found;
    });
    const statuses = new Map([...tested, ...inspected].map((status) => [status.engine, status]));
    return new Examining(store, engines, statuses, { inspector });
  }

  /** The same objects and engines, with another inspector. */
  with(inspector: Inspector, allowList?: AllowList): Examining {
    const { store, engines, statuses } = this;
    return new Examining(store, engines, statuses, {
      inspector,
      ...(allowList !== undefined && { allowList }),
    });
  }

  async submit(bytes: Buffer, objectType: ObjectType = 'file'): Promise<Job> {
    const writer = await this.store.create();
    await writer.write(bytes);
    await writer.commit();
    return this.jobFor(writer.key, bytes, objectType);
  }

  jobFor(objectKey: string, bytes: Buffer, objectType: ObjectType = 'file'): Job {
    const what = { sizeBytes: bytes.length, sha256: hashOf(bytes), objectType };
    return { kind: 'job', v: 1, submissionId: randomUUID(), objectKey, ...what };
  }

  examine(job: Job, timeoutMs = 150_000, limits: InspectionLimits = usualLimits): Promise<Examination> {
    return this.service.examine(job, { timeoutMs, statuses: this.statuses, limits });
  }

  async scan(bytes: Buffer, objectType: ObjectType = 'file', timeoutMs?: number): Promise<Combined> {
    return combined(await this.examine(await this.submit(bytes, objectType), timeoutMs));
  }
}

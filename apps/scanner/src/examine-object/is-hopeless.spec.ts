import { describe, expect, it } from 'vitest';
import { type EngineOutcome, noStreams } from '@sluice/contracts';
import { FakeEngine } from '@sluice/contracts/testing';
import type { Inspection } from '../inspection/inspection.schema.js';
import { viewOf } from './engine-view.js';
import { type KnownSoFar, isHopeless } from './is-hopeless.js';

const inspected = (changes: Partial<Inspection> = {}): KnownSoFar['inspected'] => ({
  kind: 'inspected',
  inspection: {
    kind: 'inspection',
    detectedType: 'application/zip',
    mail: null,
    partCount: 2,
    isOutOfTime: false,
    isCovered: false,
    streams: noStreams,
    unexamined: [],
    unexaminedTotal: 0,
    unexaminedReasons: [],
    unsealedCount: 0,
    runs: [],
    ...changes,
  },
});
const run = { engine: 'yara' as const, partCount: 2, durationMs: 1, detections: [], detectionsTotal: 0 };
const infected: EngineOutcome = { kind: 'infected', detections: [] };
const limited: EngineOutcome = { kind: 'unscannable', reason: 'limit-exceeded' };
const timeout: EngineOutcome = { kind: 'failed', code: 'timeout', retryable: true };

const known = (changes: Partial<KnownSoFar> = {}): KnownSoFar => ({
  wholes: [null],
  views: [viewOf(new FakeEngine())],
  inspected: null,
  mayBeExcused: false,
  ...changes,
});

describe('an object can still become clean', () => {
  it.each<[string, Partial<KnownSoFar>]>([
    ['while nothing is known', {}],
    ['when all that is known is clean', { wholes: [{ kind: 'clean' }], inspected: inspected() }],
    ['when an engine could not examine the whole, and parts are still to come', { wholes: [limited] }],
    [
      'when it saw every part of that alone',
      { wholes: [limited], inspected: inspected({ isCovered: true }) },
    ],
    ['when what was found may be allowed', { wholes: [infected], mayBeExcused: true }],
  ])('%s', (_when, changes) => expect(isHopeless(known(changes))).toBeNull());
});

describe('an object cannot become clean any more', () => {
  it.each<[string, Partial<KnownSoFar>]>([
    ['when something was found', { wholes: [infected] }],
    ['when not all of it was opened', { inspected: inspected({ unexaminedTotal: 1 }) }],
    ['when opening it took too long', { inspected: inspected({ isOutOfTime: true }) }],
    ['when it is too large to be opened', { inspected: { kind: 'too-large' } }],
    ['when rules found something', { inspected: inspected({ runs: [{ ...run, outcome: 'infected' }] }) }],
    ['when an engine could not examine the whole', { wholes: [limited], inspected: inspected() }],
  ])('%s', (_when, changes) => expect(isHopeless(known(changes))).toEqual({ because: null }));

  it('when an engine failed, which is why', () => {
    expect(isHopeless(known({ wholes: [timeout] }))).toEqual({ because: 'timeout' });
    const inspectionFailed = known({ inspected: { kind: 'failed', code: 'crashed' } });
    expect(isHopeless(inspectionFailed)).toEqual({ because: 'crashed' });
  });

  it('not when an engine only remarked on something', () => {
    const remark: EngineOutcome = { ...limited, isRemark: true } as EngineOutcome;
    expect(isHopeless(known({ wholes: [remark], inspected: inspected() }))).toBeNull();
    expect(isHopeless(known({ wholes: [limited], inspected: inspected() }))).not.toBeNull();
  });

  it('when an engine failed on a part, or could not examine it', () => {
    const [failed, unseen] = [viewOf(new FakeEngine()), viewOf(new FakeEngine())];
    const part = {
      number: 1,
      within: [0],
      path: ['a'],
      sha256: 'a'.repeat(64),
      isCovered: false,
      mime: 'text/plain',
      streams: noStreams,
    };
    failed.take(part, timeout, 1);
    unseen.take(part, limited, 1);
    expect(isHopeless(known({ views: [failed] }))).toEqual({ because: 'timeout' });
    expect(isHopeless(known({ views: [unseen] }))).toEqual({ because: null });
  });
});

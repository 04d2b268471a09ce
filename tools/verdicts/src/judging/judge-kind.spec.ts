import { describe, expect, it } from 'vitest';
import type { Kind } from '../making/kind.js';
import type { EngineView, EngineViews, ScanState } from './judge-engines.js';
import { type Seen, outcomeOf, problemsOfCut, problemsOfKind, problemsOfTwin } from './judge-kind.js';

const needle = Buffer.from('the needle that every engine knows');
const kindThat = (one: Partial<Kind> = {}): Kind => ({
  name: 'x',
  group: 'zip',
  set: 'first',
  expectation: 'found',
  reason: null,
  objectType: 'file',
  heldTwin: null,
  endsAnywhere: null,
  leaf: (bytes) => bytes,
  make: (bytes) => bytes,
  ...one,
});
const views = (clamav: EngineView, yara: EngineView = clamav, lists: EngineView = clamav): EngineViews => ({
  clamav,
  yara,
  'hash-list': lists,
});
const seen = (state: ScanState, view: EngineViews = views('found')): Seen => ({
  state,
  views: view,
  unexamined: ['inspector: unsupported'],
  names: ['EICAR (yara)'],
  milliseconds: 1,
});

describe('a kind', () => {
  it.each([
    ['found', 'found by all', 'found', seen('detect')],
    ['missed', 'not detected', 'found', seen('not detected', views('silent'))],
    [
      'missed',
      'not detected although something was not examined',
      'found',
      seen('not detected', views('said')),
    ],
    [
      'missed',
      'found by two, while the third says nothing',
      'found',
      seen('detect', views('silent', 'found')),
    ],
    ['said', 'held, with a reason', 'found', seen('error', views('said'))],
    [
      'said',
      'found by one, the others say what they did not see',
      'found',
      seen('detect', views('found', 'said')),
    ],
    ['missed', 'not detected', 'said', seen('not detected', views('silent'))],
    ['clean', 'not detected', 'clean', seen('not detected', views('silent'))],
    ['clean', 'found by one', 'clean', seen('detect', views('silent', 'found'))],
    ['found', 'found by all', 'clean', seen('detect')],
  ] as const)('is %s when it is %s and should be %s', (outcome, _how, expectation, what) =>
    expect(outcomeOf({ expectation }, what)).toBe(outcome),
  );

  it('is wrong when it is missed, merely said, or an engine failed', () => {
    expect(problemsOfKind(kindThat(), 'missed', seen('not detected', views('silent')))).toHaveLength(1);
    expect(problemsOfKind(kindThat(), 'said', seen('error', views('said')))).toHaveLength(1);
    expect(problemsOfKind(kindThat(), 'found', seen('failed'))).toHaveLength(1);
    expect(problemsOfKind(kindThat({ expectation: 'said' }), 'said', seen('error', views('said')))).toEqual(
      [],
    );
    expect(problemsOfKind(kindThat(), 'found', seen('detect'))).toEqual([]);
  });
});

describe('a twin without the needle', () => {
  it('is wrong when it is held without a reason, or alarmed on', () => {
    expect(problemsOfTwin(kindThat(), seen('not detected'))).toEqual([]);
    expect(problemsOfTwin(kindThat(), seen('error'))).toHaveLength(1);
    expect(problemsOfTwin(kindThat({ heldTwin: 'encrypted' }), seen('error'))).toEqual([]);
    expect(problemsOfTwin(kindThat({ heldTwin: 'encrypted' }), seen('detect'))).toHaveLength(1);
  });
});

describe('a twin that ends early', () => {
  const problems = (kind: Kind, bytes: Buffer, state: ScanState = 'not detected'): string[] =>
    problemsOfCut(kind, { percent: 50, bytes, needle }, seen(state));
  const anywhere = kindThat({ endsAnywhere: 'a text' });

  it('is wrong when the needle is in what remains, plain or in base64, whatever the kind', () => {
    expect(problems(anywhere, Buffer.concat([Buffer.from('x'), needle]))).toHaveLength(1);
    const lines = needle.toString('base64').replace(/(.{20})/g, '$1\r\n');
    expect(problems(anywhere, Buffer.from(lines))).toHaveLength(1);
    expect(problems(anywhere, needle.subarray(0, -1))).toEqual([]);
  });

  it('is wrong when the kind itself says that something is missing', () => {
    expect(problems(kindThat(), Buffer.from('PK'))).toHaveLength(1);
    expect(problems(kindThat(), Buffer.from('PK'), 'error')).toEqual([]);
  });

  it('is wrong when a leaf of a mail ends within a group of base64', () => {
    const mail = { ...anywhere, objectType: 'email' as const };
    const part = (body: string): Buffer => Buffer.from(`Content-Transfer-Encoding: base64\r\n\r\n${body}`);
    expect(problems(mail, part('AAAA\r\nAA'))).toHaveLength(1);
    expect(problems(mail, part('AAAA\r\nAAAA'))).toEqual([]);
    expect(problems(mail, Buffer.from('Subject: x\r\n\r\nA'))).toEqual([]);
  });
});

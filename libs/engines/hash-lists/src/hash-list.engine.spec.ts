import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describeEngineContract } from '@sluice/contracts/testing';
import { HashListEngine, type ListSource } from './hash-list.engine.js';
import { readListFile } from './read-list-file.js';

const hashOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
const create = (deny: ListSource, allow: ListSource = null): HashListEngine =>
  new HashListEngine({ deny, allow });

const engine = create({ text: hashOf('bad') });
describeEngineContract(
  'the hash lists',
  () => ({
    name: engine.name,
    technology: engine.technology,
    scan: (content) => engine.scanPart({ sha256: hashOf(content) }),
    selfTest: () => engine.selfTest(),
  }),
  { infected: () => Buffer.from('bad') },
);

describe('hash lists', () => {
  it('understand comments, labels, blank lines and capital letters', () => {
    const text = `# list\r\n\r\n${hashOf('a').toUpperCase()}\n${hashOf('b')}  Evil.B # why\n${hashOf('c')},Evil C`;
    const lists = create({ text });
    const nameOf = (content: string): unknown => lists.scanPart({ sha256: hashOf(content) });
    expect(nameOf('a')).toMatchObject({ kind: 'infected', detections: [{ name: 'denied-hash' }] });
    expect(nameOf('b')).toMatchObject({ kind: 'infected', detections: [{ name: 'Evil.B' }] });
    expect(nameOf('c')).toMatchObject({ kind: 'infected', detections: [{ name: 'Evil C' }] });
    expect(nameOf('d')).toEqual({ kind: 'clean' });
  });

  it('find each of many entries and nothing else', () => {
    const known = Array.from({ length: 1000 }, (_, index) => hashOf(`known ${index}`));
    const lists = create({ text: known.join('\n') });
    expect(known.every((sha256) => lists.scanPart({ sha256 }).kind === 'infected')).toBe(true);
    for (let index = 0; index < 1000; index += 1)
      expect(lists.scanPart({ sha256: hashOf(`unknown ${index}`) }).kind).toBe('clean');
  });

  it('allow what is on the allow list, unless it is denied too', () => {
    const lists = create({ text: hashOf('both') }, { text: `${hashOf('good')}\n${hashOf('both')}` });
    expect(lists.isAllowed(hashOf('good'))).toBe(true);
    expect(lists.isAllowed(hashOf('other'))).toBe(false);
    expect(lists.isAllowed(hashOf('both'))).toBe(false);
  });

  it('are unhealthy, say which line, and judge nothing, when a list is broken', () => {
    const broken = create({ text: `${hashOf('a')}\nnot a hash` });
    expect(broken.selfTest()).toMatchObject({ isHealthy: false, problem: 'deny list: line 2 is no SHA-256' });
    expect(broken.scanPart({ sha256: hashOf('b') }).kind).toBe('failed');
    expect(create(null, { text: 'x' }).isAllowed(hashOf('x'))).toBe(false);
  });

  it('are unhealthy when a configured file is not there', () => {
    expect(create(readListFile('/nowhere/list')).selfTest()).toMatchObject({
      isHealthy: false,
      problem: 'deny list: cannot be read: ENOENT',
    });
    expect(readListFile(null)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { Edit } from './decision.js';
import { encodeEdits } from './encode-edits.js';
import { actionBits, type MilterAction } from './protocol.js';

const actions = new Set(Object.keys(actionBits) as MilterAction[]);
const header = (name: string) => ({ name, value: Buffer.from(' x') });
const headers = ['Subject', 'X-Mine', 'x-mine', 'To'].map(header);
const context = { actions, headers, hasLeadingSpace: true };
/** Letter and data of each packet; numbers as they stand in the first bytes. */
const packets = (edits: readonly Edit[], given = context): string[] =>
  encodeEdits(edits, given).map((packet) => packet.toString('latin1', 4));

describe('encodeEdits', () => {
  it('puts headers on top in the order given: the last is sent first', () =>
    expect(
      packets([
        {
          kind: 'prepend-headers',
          headers: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ]),
    ).toEqual(['i\0\0\0\0B\0 2\0', 'i\0\0\0\0A\0 1\0']));
  it('removes each header of a name, whatever its case, from the last on', () =>
    expect(packets([{ kind: 'remove-headers', name: 'X-Mine' }])).toEqual([
      'm\0\0\0\x02X-Mine\0\0',
      'm\0\0\0\x01X-Mine\0\0',
    ]));
  it('reads each header once, however many names are removed', () => {
    let reads = 0;
    const counted = Array.from({ length: 9_990 }, (_none, at) => ({
      get name() {
        reads += 1;
        return `X-${at}`;
      },
      value: Buffer.from(' x'),
    }));
    const edits = counted.map((_one, at): Edit => ({ kind: 'remove-headers', name: `x-${at}` }));
    expect(packets(edits, { ...context, headers: counted })).toHaveLength(9_990);
    expect(reads).toBe(9_990);
  });
  it('sends a space behind the colon only where the MTA adds none', () => {
    const edit: Edit = { kind: 'append-header', header: { name: 'A', value: '1' } };
    expect(packets([edit])).toEqual(['hA\0 1\0']);
    expect(packets([edit], { ...context, hasLeadingSpace: false })).toEqual(['hA\x001\0']);
  });
  it('replaces a body last but for the quarantine, in pieces, and one without bytes with one', () => {
    const body = Buffer.alloc(65_536, 'x');
    const sent = packets([
      { kind: 'quarantine', reason: 'why' },
      { kind: 'replace-body', body },
      { kind: 'change-sender', address: 'x@example.org' },
    ]);
    expect(sent.map((one) => [one[0], one.length])).toEqual([
      ['e', 17],
      ['b', 65_536],
      ['b', 2],
      ['q', 5],
    ]);
    expect(packets([{ kind: 'replace-body', body: Buffer.alloc(0) }])).toEqual(['b']);
  });
  it.each<Edit>([
    { kind: 'append-header', header: { name: 'A: b', value: '' } },
    { kind: 'append-header', header: { name: '', value: '' } },
    { kind: 'append-header', header: { name: 'A', value: 'one\nBcc: two' } },
    { kind: 'append-header', header: { name: 'A', value: 'one\n\nbody' } },
    { kind: 'append-header', header: { name: 'A', value: 'one\rtwo' } },
    { kind: 'append-header', header: { name: 'A', value: 'one\0' } },
    { kind: 'quarantine', reason: 'one\ntwo' },
    { kind: 'add-recipient', address: 'a@b\0SIZE=1' },
  ])('refuses what would break a header or a line (%#)', (edit) =>
    expect(() => packets([edit])).toThrow(expect.objectContaining({ name: 'InvalidDecisionError' })),
  );
  it('takes a value of several lines', () =>
    expect(packets([{ kind: 'append-header', header: { name: 'A', value: 'one\n\ttwo' } }])).toEqual([
      'hA\0 one\n\ttwo\0',
    ]));
  it.each<Edit>([
    { kind: 'prepend-headers', headers: [] },
    { kind: 'remove-headers', name: 'A' },
    { kind: 'replace-body', body: Buffer.alloc(0) },
    { kind: 'quarantine', reason: '' },
    { kind: 'remove-recipient', address: 'a@b' },
  ])('refuses an edit that was not negotiated (%#)', (edit) =>
    expect(() => packets([edit], { ...context, actions: new Set() })).toThrow('was not negotiated'),
  );
});

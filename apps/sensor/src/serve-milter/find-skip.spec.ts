import { describe, expect, it } from 'vitest';
import type { MilterEnvelope } from '@sluice/milter';
import { findSkip, type SkipLists } from './find-skip.js';

const none: SkipLists = {
  senders: new Set(),
  recipients: new Set(),
  users: new Set(),
  isClient: () => false,
};
const envelope = (changes: Partial<MilterEnvelope> & { readonly user?: string } = {}): MilterEnvelope => ({
  client: { name: 'x', address: '192.0.2.1', port: 1 },
  helo: null,
  sender: { address: 'Anna@Example.org', parameters: [] },
  recipients: [],
  queueId: null,
  actions: new Set(),
  macro: (name) => (name === 'auth_authen' ? changes.user : undefined),
  ...changes,
});
const to = (...addresses: string[]) => addresses.map((address) => ({ address, parameters: [] }));

describe('findSkip', () => {
  it('skips nothing without lists, not even the bounce of no one to no one', () => {
    expect(findSkip(envelope({ user: 'anna' }), none)).toBeNull();
    const bounce = envelope({ client: null, sender: { address: '', parameters: [] } });
    expect(findSkip(bounce, { ...none, isClient: () => true, senders: new Set(['']) })).toBeNull();
  });
  it.each(['anna@example.org', '@example.org'])('skips a sender of %s, upper and lower case alike', (entry) =>
    expect(findSkip(envelope(), { ...none, senders: new Set([entry]) })).toBe('sender'),
  );
  it.each(['@ample.org', 'example.org', 'nna@example.org', '@'])('does not skip a sender for %s', (entry) =>
    expect(findSkip(envelope(), { ...none, senders: new Set([entry]) })).toBeNull(),
  );
  it('skips by recipients only when each of them is listed: the strictest wins', () => {
    const lists = { ...none, recipients: new Set(['@lists.example.org']) };
    expect(findSkip(envelope({ recipients: to('a@lists.example.org') }), lists)).toBe('recipients');
    expect(findSkip(envelope({ recipients: to('a@lists.example.org', 'b@example.org') }), lists)).toBeNull();
  });
  it.each([
    ['*', 'anna', 'authenticated'],
    ['anna', 'Anna', 'authenticated'],
    ['anna', 'berta', null],
    ['*', '', null],
  ])('with %s in the list of users, mail of user %j is %s', (entry, user, reason) =>
    expect(findSkip(envelope({ user }), { ...none, users: new Set([entry]) })).toBe(reason),
  );
  it('skips by the client’s address, when the MTA says one', () => {
    const lists = { ...none, isClient: (address: string) => address === '192.0.2.1' };
    expect(findSkip(envelope(), lists)).toBe('client');
    expect(findSkip(envelope({ client: { name: 'x', address: null, port: null } }), lists)).toBeNull();
  });
});

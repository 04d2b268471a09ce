import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { kindOfAddress } from './public-address.js';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Name → addresses; rejects when there are none. */
export type Resolve = (name: string) => Promise<readonly Address[]>;

export type FoundReceiver =
  | { readonly kind: 'found'; readonly addresses: readonly Address[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Look-ups on their way: a name that isn't answered takes one of the few threads for look-ups, not all of them. */
const inFlight = new Map<string, Promise<readonly Address[]>>();

export const resolveName: Resolve = (name) => {
  const present = inFlight.get(name);
  if (present !== undefined) return present;
  const asked = lookup(name, { all: true, verbatim: true })
    .then((found) => found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }) as const))
    .finally(() => inFlight.delete(name));
  inFlight.set(name, asked);
  return asked;
};

/**
 * The addresses a webhook may connect to. They are looked up once and connected to as they were checked, so that a name
 * that answers differently the next time leads nowhere else.
 */
export async function findReceiver(
  host: string,
  allowPrivateAddresses: boolean,
  resolve: Resolve = resolveName,
): Promise<FoundReceiver> {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(name);
  const addresses: readonly Address[] =
    version === 0 ? await resolve(name) : [{ address: name, family: version === 6 ? 6 : 4 }];
  const kinds = addresses.map(({ address }) => kindOfAddress(address));
  const allowed = addresses.filter(
    (_one, index) => kinds[index] === 'public' || (kinds[index] === 'private' && allowPrivateAddresses),
  );
  if (allowed.length > 0) return { kind: 'found', addresses: allowed };
  const listed = addresses.map(({ address }) => address).join(', ');
  const advice = kinds.includes('private') ? '; “allow private addresses” of the channel permits it' : '';
  return { kind: 'refused', reason: `not called: ${host} is at ${listed}, which is not public${advice}` };
}

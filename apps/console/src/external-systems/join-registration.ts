import type { SystemType } from '@sluice/contracts';
import { conflict } from '../api/api.errors.js';
import type { Transaction } from '../registry/registry-transaction.js';
import type { Registration, RegistrationStore } from './registration.store.js';

export interface Joining {
  readonly sensorId: string;
  readonly type: SystemType;
  readonly mode: 'replace' | 'add' | undefined;
  readonly isIdInUse: boolean;
}

/**
 * The registration a certificate gets on acceptance: a new one, or the one its ID is used by. The latter only when the
 * operator said how, because it opens that registration's scans to the certificate.
 */
export async function joinRegistration(
  store: RegistrationStore,
  tx: Transaction,
  joining: Joining,
): Promise<Registration> {
  const open = await store.findOpen(tx, joining.sensorId);
  if (open === null) return store.open(tx, joining.sensorId, joining.type);
  if (joining.isIdInUse && joining.mode === undefined)
    throw conflict(
      'the ID is in use: say whether this certificate replaces the accepted ones or is added to them',
      {
        mode: 'replace or add',
      },
    );
  // One registration has one type: adding a certificate must not change what the accepted ones are.
  if (open.type !== joining.type && joining.isIdInUse && joining.mode === 'add')
    throw conflict(`the ID is in use by a system of type ${open.type}; change one of the types first`, {
      type: `differs from ${open.type}`,
    });
  return open;
}

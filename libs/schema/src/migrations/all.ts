import { Registry } from './0001-registry.js';
import { Ledger } from './0002-ledger.js';

/** Every migration, oldest first. A new one is added at the end and never changed once released. */
export const migrations = [Registry, Ledger] as const;

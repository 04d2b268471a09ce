import { Registry } from './0001-registry.js';
import { Ledger } from './0002-ledger.js';
import { Deliveries } from './0003-deliveries.js';
import { OperatorsPages } from './0004-operators-pages.js';
import { AlertOrders } from './0005-alert-orders.js';

/** Every migration, oldest first. A new one is added at the end and never changed once released. */
export const migrations = [Registry, Ledger, Deliveries, OperatorsPages, AlertOrders] as const;

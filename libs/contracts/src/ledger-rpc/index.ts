export * from './limits.js';
export * from './gateway-requests.js';
export * from './registry-requests.js';
export * from './scanner-requests.js';
export * from './operator-changes.js';
export * from './ledger-rpc.js';

/** What the module gets from `start-console.ts`: things with a connection of their own, made once a process. */
export const configToken = Symbol('config');
export const databaseToken = Symbol('database');
export const brokerToken = Symbol('broker');
export const rpcToken = Symbol('rpc');
export const loggerToken = Symbol('logger');
export const resolverToken = Symbol('resolver');
export const passwordCostToken = Symbol('password cost');

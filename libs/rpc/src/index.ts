export type { RequestChannel, RequestSource } from './rpc-broker.js';
export { RpcClient } from './rpc-client.js';
export { RpcError, type RpcErrorCode } from './rpc.errors.js';
export type { RpcFaultCode } from './rpc-message.js';
export { RpcServer, rpcFault, type RpcServerOptions } from './rpc-server.js';
export { requestOf } from './rpc-request.pipe.js';

export { RpcError, type RpcErrorCode, type RpcFaultCode } from './rpc.errors.js';
export { createRpcClient, RpcClient, type RpcClientOptions } from './rpc-client.js';
export type { RpcLogger } from './rpc-logger.js';
export { RpcServer, rpcFault, type RpcServerOptions } from './rpc-server.js';
export { requestOf } from './rpc-request.pipe.js';

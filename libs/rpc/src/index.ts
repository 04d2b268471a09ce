export { RpcError, type RpcErrorCode, type RpcFaultCode } from './rpc.errors.js';
export { createRpcClient, RpcClient, type RpcClientOptions, type RpcLogger } from './rpc-client.js';
export { RpcServer, rpcFault, type RpcServerOptions } from './rpc-server.js';
export { requestOf } from './rpc-request.pipe.js';

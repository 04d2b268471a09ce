export { ClamdServer } from './clamd-server.js';
export type { ClamdServerOptions, ClamdTls } from './clamd-server.js';
export type { ClamdHandler } from './clamd-handler.js';
export { clamdLimits } from './clamd-limits.js';
export type { ClamdLimit, ClamdLimits } from './clamd-limits.js';
export type { ListenAddress } from './listen-address.js';
export type { ScanReply } from './replies.js';
export { StreamCut } from './stream-body.js';
export type { CutReason, StreamBody } from './stream-body.js';

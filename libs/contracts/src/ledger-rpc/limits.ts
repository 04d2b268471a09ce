/**
 * Requests to `results` over the exchange `sluice.rpc`. The pattern is the routing key, so that the broker's topic
 * permissions decide who may ask what; `results` refuses a message whose body names another pattern than its key.
 */
export const maxAcceptItems = 64;
/** A request expires on the broker after this; then the caller answers 503. */
export const rpcTimeoutMs = 5000;

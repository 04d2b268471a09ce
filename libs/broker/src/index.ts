export { Broker, connectBroker, type BrokerOptions } from './broker.js';
export type { BrokerLogger } from './broker-logger.js';
export { BrokerError, type BrokerErrorCode } from './broker.errors.js';
export { Consumer, type ConsumeOptions, type Disposition } from './consumer.js';
export type { Delivery } from './delivery.js';
export type { Publication } from './publisher.js';
export { Requester, type BrokerRequest } from './requester.js';
export { Subscription, type SubscribeOptions } from './subscription.js';

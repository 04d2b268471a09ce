export { Broker, connectBroker, type BrokerLogger, type BrokerOptions } from './broker.js';
export { BrokerError, type BrokerErrorCode } from './broker.errors.js';
export { Consumer, type ConsumeOptions, type Delivery, type Disposition } from './consumer.js';
export type { Publication } from './publisher.js';
export { Subscription, type SubscribeOptions } from './subscription.js';

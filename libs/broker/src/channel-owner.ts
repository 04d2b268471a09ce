import type { BrokerLogger } from './broker-logger.js';

/** What consumers and subscriptions know of the connection they belong to. */
export interface ChannelOwner {
  /** The user the broker knows this process as. */
  readonly login: string;
  readonly logger: BrokerLogger;
  /** A queue that should be there is not. */
  readonly onQueueMissing: () => void;
}

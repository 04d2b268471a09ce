import { BrokerError, type Publication } from '@sluice/broker';

/** Stands in for a connection to the broker: keeps what was published, or refuses it. */
export class RecordingBroker {
  isConnected = true;
  /** Every publish rejects, as when the broker takes no messages. */
  isRefusing = false;
  published: Publication[] = [];

  publish = (publication: Publication): Promise<void> => {
    if (this.isRefusing) return Promise.reject(new BrokerError('blocked', 'refusing'));
    this.published.push(publication);
    return Promise.resolve();
  };

  /** What was published since the last call. */
  take(): Publication[] {
    return this.published.splice(0);
  }
}

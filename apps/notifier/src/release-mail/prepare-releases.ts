import { openObjectStore, QuarantineKeys, readKept } from '@sluice/object-store';
import { ConfigError } from '@sluice/runtime';
import type { NotifierConfig } from '../notifier.config.js';
import type { WorkOptions } from '../start-work.js';
import type { KeptStore } from './read-kept-mail.js';
import { ReleaseTransport } from './release-transport.js';

/** Null: this notifier releases nothing. Throws ConfigError when it could not read what it is to release. */
export function prepareReleases(
  config: Pick<
    NotifierConfig,
    'RELEASE_SMTP_URL' | 'RELEASE_FROM' | 'OBJECT_STORE_URL' | 'QUARANTINE_KEYS_FILE'
  >,
  hostName: string,
): WorkOptions['releases'] {
  const { RELEASE_SMTP_URL: receiver, RELEASE_FROM: from, OBJECT_STORE_URL: url } = config;
  const { QUARANTINE_KEYS_FILE: keysFile } = config;
  if (receiver === undefined) return null;
  if (url === undefined)
    throw new ConfigError('OBJECT_STORE_URL is not set: with RELEASE_SMTP_URL kept mail has to be read');
  let opened: Promise<KeptStore> | null = null;
  const open = async (): Promise<KeptStore> => {
    const store = await openObjectStore(url, { isReadOnly: true });
    const keys = keysFile === undefined ? null : QuarantineKeys.of(keysFile);
    return { read: (objectKey) => readKept(store, objectKey, keys) };
  };
  return {
    to: `${receiver.host}:${receiver.port}`,
    transport: new ReleaseTransport(receiver, hostName),
    from: from ?? `postmaster@${hostName}`,
    // When it is needed, and again until it could be: a store that is away must not keep notifications from going out.
    openStore: async () => {
      opened ??= open();
      try {
        return await opened;
      } catch (error) {
        opened = null;
        throw error;
      }
    },
  };
}

import type { Quarantined } from '@sluice/console-api';

export const nameOf = ({ message, object }: Quarantined): string =>
  (message === null ? object.name : message.subject) ?? (message === null ? 'No name given' : 'No subject');

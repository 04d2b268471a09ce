import type { SyslogSettings } from './channel.schema.js';
import { cefLine, type CefOptions } from './write-cef.js';

/** The newest entry of the audit log: whoever holds its hash can say later whether the log was cut or written anew. */
export interface SentAuditHead {
  readonly entryId: number;
  readonly hash: string;
}

/** `12:ab…`, as `audit verify --head` takes it. */
const writeAuditHead = ({ entryId, hash }: SentAuditHead): string => `${entryId}:${hash}`;

/** What a syslog channel sends of it, in the channel's format. */
export function auditHeadLine(
  head: SentAuditHead,
  {
    format,
    timestamp,
    ...options
  }: CefOptions & Pick<SyslogSettings, 'format'> & { readonly timestamp: string },
): string {
  const text = writeAuditHead(head);
  if (format === 'json')
    return JSON.stringify({
      type: 'audit.head',
      timestamp,
      data: { text: `head of the audit log: ${text}`, entryId: head.entryId, hash: head.hash, head: text },
    });
  return cefLine(
    ['audit-head', 'Head of the audit log', 1],
    [
      ['rt', String(Date.parse(timestamp)), 32],
      ['cn1', String(head.entryId), 32, 'Entry'],
      ['cs1', text, 4000, 'Head'],
    ],
    options,
  );
}

/** What was found out about one stream. */
export type ScanReply =
  | { readonly kind: 'ok' }
  | { readonly kind: 'found'; readonly name: string }
  /** Popular clients take it for "not infected" (docs/clamd.md): only where an operator chose so. */
  | { readonly kind: 'error'; readonly message: string };

const maxNameLength = 200;

/** One line without its end (clamd(8), "INSTREAM"). `label`: what the client calls the object. */
export function replyText(reply: ScanReply, label = 'stream'): string {
  const of = signatureName(label);
  switch (reply.kind) {
    case 'ok':
      return `${of}: OK`;
    case 'found':
      return `${of}: ${signatureName(reply.name)} FOUND`;
    case 'error':
      return `${of}: ${plainText(reply.message)} ERROR`;
  }
}

/**
 * A name as clients take it apart: they split at blanks and colons (Haraka's `/^stream: (\S+) FOUND/`), so anything but
 * visible ASCII becomes `_`. Names come from signatures, and those from anyone.
 */
export const signatureName = (name: string): string =>
  name.replace(/[^\x21-\x7e]|:/gu, '_').slice(0, maxNameLength) || 'Unnamed';

/** Text for one line of an answer. */
const plainText = (text: string): string => text.replace(/[^\x20-\x7e]/gu, '_').slice(0, maxNameLength);

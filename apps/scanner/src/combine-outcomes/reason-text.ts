import type { VerdictReason } from '@sluice/contracts';

const texts: Readonly<Record<VerdictReason, string>> = {
  encrypted: 'A part is encrypted and could not be examined.',
  'too-large': 'The object is larger than an engine takes.',
  'limit-exceeded': 'The object holds more, or is nested deeper, than is examined.',
  unsupported: 'A part is of a kind that cannot be opened.',
  damaged: 'A part is damaged and could not be read to its end.',
  ambiguous: 'Readers disagree about what a part holds, and not every reading could be opened.',
  'engine-failed': 'An engine failed on this object.',
  'engine-timeout': 'The scan took longer than allowed.',
  'no-engine': 'No engine for content is configured on the scanner.',
  'test-signatures': 'An engine has only test signatures, which do not protect.',
  'signatures-too-old': 'The signatures of an engine are older than allowed.',
  'object-missing': 'The object is not in the object store any more.',
  'object-altered': 'The stored object is not the one that was submitted.',
  unproven: 'The scanner said clean without the hash of the object, or without an engine for content.',
  'too-many-begins': 'The scan was begun too often without an end.',
  'too-many-attempts': 'The scan failed too often.',
  'bad-message': 'The job could not be read.',
};

/** Advice for people; names the engine when the reason is about one. */
export function reasonText(reason: VerdictReason | null, engine: string | null): string | null {
  if (reason === null) return null;
  return engine === null ? texts[reason] : `${texts[reason]} (${engine})`;
}

import type { PlainPacking } from '@sluice/contracts';
import { type OpenableFormat, type SealedFormat, openableFormats } from './sample-files.js';

const mebibyte = 1024 * 1024;

/**
 * What clamd does with something beyond a limit of its own: `said` names it, `beyond` looked at all of it (the limit is
 * higher), `silent` answers OK to what it did not look at, `not-tried` is one that was not asked yet.
 */
export type LimitAnswer = 'said' | 'beyond' | 'silent' | 'not-tried';

/** Limits that can be tried with nothing but the test file, under the names of clamd.conf(5). */
export const triedLimits = ['MaxRecursion', 'MaxFileSize', 'MaxFiles', 'MaxHTMLNormalize'] as const;
export type TriedLimit = (typeof triedLimits)[number];

/**
 * Limits that cut without a word, and that only a signature made for it would show: of normalised text, of a program
 * inside another file, with a regular expression.
 */
export const unverifiableLimits = [
  'MaxScriptNormalize',
  'MaxHTMLNoTags',
  'MaxEmbeddedPE',
  'PCREMaxFileSize',
  'PCREMatchLimit',
  'PCRERecMatchLimit',
] as const;

/** What one clamd showed of itself. */
export interface CapabilityTable {
  /** As clamd gives it, with the number of its signatures. */
  readonly version: string;
  readonly opens: ReadonlySet<OpenableFormat>;
  /** What is packed in these ways it was seen to open, whatever type it is said to be. */
  readonly opensByItself: ReadonlySet<PlainPacking>;
  /** Sealed files it passes as OK; the inspector recognises each of these kinds by itself. */
  readonly silentOnSealed: readonly SealedFormat[];
  readonly limits: Readonly<Record<TriedLimit, LimitAnswer>>;
  /** Its MaxFileSize: the largest announced file that it does not call too large. */
  readonly largestFileBytes: number;
  /** HTML up to this size is normalised, as was seen; from `largestPageBytes.cut` on it is not. */
  readonly pageBytes: { readonly proven: number; readonly cut: number };
  /** Its StreamMaxLength is smaller than the scanner was told. */
  readonly refusesLargestStream: boolean;
  /** What it once called clean without opening it, it calls clean wherever it comes again. */
  readonly remembersUnopened: boolean;
}

/** Options whose lack makes clamd's OK worth nothing: unhealthy. Null when there is none. */
export function capabilityProblem({ limits, opens, remembersUnopened }: CapabilityTable): string | null {
  const needed = (['zip', 'tar', 'gzip', 'mail'] as const).filter((format) => !opens.has(format));
  if (needed.length > 0)
    return `does not find the EICAR test file in ${needed.join(', ')}: set ScanArchive yes and ScanMail yes in clamd.conf`;
  const silent = (['MaxRecursion', 'MaxFileSize', 'MaxFiles'] as const).filter(
    (name) => limits[name] === 'silent',
  );
  if (silent.length > 0)
    return `cuts in silence what is beyond ${silent.join(', ')}: set AlertExceedsMax yes and limits above 0 in clamd.conf`;
  return remembersUnopened
    ? 'remembers as clean what it did not open, and finds nothing where the same bytes come again: set DisableCache yes in clamd.conf'
    : null;
}

/** No part of an object is larger, whatever `maxPartBytes` is set to. */
const largestPartBytes = 512 * mebibyte;
/** Opened by clamd alone: content engines get these as one piece. */
const documents = ['pdf', 'ole', 'docx', 'html'] as const;

/** What a clamd that works leaves out, with the option that would change it; objects it concerns are reported one by one. */
export function capabilityShortfalls(table: CapabilityTable): string[] {
  const { limits, pageBytes, largestFileBytes, silentOnSealed, opens } = table;
  const closed = documents.filter((format) => !opens.has(format));
  const reported = 'such objects are reported as not examined';
  return [
    ...(closed.length > 0
      ? [`does not open ${closed.join(', ')}; ${reported}: set ScanPDF, ScanOLE2, ScanHTML, ScanArchive yes`]
      : []),
    ...(largestFileBytes < largestPartBytes
      ? [
          `cuts what is larger than ${sizeText(largestFileBytes)} inside documents, without a word; ${reported}: set MaxFileSize 1024M`,
        ]
      : []),
    ...(limits.MaxHTMLNormalize === 'silent' && opens.has('html')
      ? [
          `does not normalise HTML from ${sizeText(pageBytes.cut)} on, without a word; ${reported}: set MaxHTMLNormalize 1024M`,
        ]
      : []),
    ...(silentOnSealed.includes('zip')
      ? ['says nothing of encrypted files, the inspector does: set AlertEncrypted yes']
      : []),
    ...(table.refusesLargestStream
      ? [
          'takes smaller objects than CLAMD_MAX_OBJECT_BYTES, larger ones end as too-large: set StreamMaxLength to it',
        ]
      : []),
  ];
}

/** What an operator should know of a clamd that works as it should. */
export function capabilityNotes({ opens, silentOnSealed, limits }: CapabilityTable): string[] {
  const closed = openableFormats.filter((format) => !opens.has(format));
  const untried = triedLimits.filter((name) => limits[name] === 'not-tried');
  return [
    `opens ${openableFormats.filter((format) => opens.has(format)).join(', ')}`,
    ...(closed.length > 0 ? [`does not open ${closed.join(', ')}`] : []),
    ...(silentOnSealed.length > 0
      ? [`does not recognise as encrypted: ${silentOnSealed.join(', ')}; the inspector does`]
      : []),
    ...(untried.length > 0 ? [`not tried yet: ${untried.join(', ')}`] : []),
    `cannot be verified: ${unverifiableLimits.join(', ')}`,
  ];
}

const sizeText = (bytes: number): string => `${Math.floor(bytes / mebibyte)} MiB`;

import type { OpenedItem } from '../../opened-item.js';
import type { SevenZipRun } from './run-seven-zip.js';

type Unexamined = Extract<OpenedItem, { kind: 'unexamined' }>;

/** What 7-Zip 24 says, in its words, and what it means. First match wins. */
const meanings: readonly (readonly [RegExp, Omit<Unexamined, 'kind' | 'label'> | null])[] = [
  // Bytes behind the archive are given as a part; links lead nowhere here.
  [/data after the end/i, null],
  [/\blink\b/i, null],
  [/encrypted|wrong password/i, { reason: 'encrypted' }],
  [
    /unsupported|not implemented/i,
    { reason: 'unsupported', detail: 'a packing method that nothing here unpacks' },
  ],
  [
    /allocate|not enough memory/i,
    { reason: 'limit-exceeded', limit: 'maxHeldBytes', detail: 'unpacking takes too much memory' },
  ],
  [/missing volume|unavailable data/i, { reason: 'unsupported', detail: 'stands in another volume' }],
];
const damaged = { reason: 'damaged' } as const;
const sealed: Unexamined = { kind: 'unexamined', reason: 'encrypted' };

/** The lines that say of what went wrong with which file; others only count or repeat them. */
const ofFile = /^ERROR: (.+?) : (.*)$/;
const ofArchive =
  /Cannot open (?:the file|encrypted archive)|Unexpected end of|Headers? Error|Is not archive|Missing volume|Unsupported|Unconfirmed|allocate required memory|Break signaled/i;

export interface Messages {
  readonly items: readonly Unexamined[];
  /** Nothing was opened: perhaps it only looked like such an archive. */
  readonly isNotOpened: boolean;
  readonly isEncrypted: boolean;
  /** Paths of files whose bytes came out under a wrong password: noise. */
  readonly garbled: ReadonlySet<string>;
  /** Bytes behind the archive. */
  readonly tailBytes: number;
}

const maxItems = 200;

/** `isSealed`: it is known to be encrypted as a whole, and no more than that was found out. */
export function readMessages({ code, output, errors }: SevenZipRun, isSealed = false): Messages {
  const isNotOpened = errors.some((line) => /Cannot open the file as|Is not archive/i.test(line));
  const isAtHead = isNotOpened && !errors.some((line) => /Unexpected end/i.test(line));
  const found = isSealed
    ? [sealed]
    : errors.flatMap((line) => itemOf(line, { isAtOpening: isNotOpened, isAtHead }) ?? []);
  const said = [...new Map(found.map((item) => [`${item.reason} ${item.label}`, item])).values()];
  const isEncrypted = said.some((item) => item.reason === 'encrypted');
  const hasFailed = code > 1 && said.length === 0 && !errors.some((line) => meaningOf(line) === null);
  const items = hasFailed ? [{ kind: 'unexamined', ...damaged } as const] : said.slice(0, maxItems);
  const garbled = said.filter((item) => item.reason === 'encrypted').map((item) => item.label ?? '');
  return { items, isNotOpened, isEncrypted, garbled: new Set(garbled), tailBytes: tailBytesOf(output) };
}

interface WhereItFailed {
  readonly isAtOpening: boolean;
  readonly isAtHead: boolean;
}

function itemOf(line: string, { isAtOpening, isAtHead }: WhereItFailed): Unexamined | null {
  const [, message, label] = ofFile.exec(line) ?? [];
  if (message === undefined && !ofArchive.test(line)) return null;
  const meaning = meaningOf(message ?? line);
  if (meaning === null) return null;
  return {
    kind: 'unexamined',
    ...meaning,
    ...(label && { label }),
    ...(isAtOpening && { isAtOpening }),
    ...(isAtHead && { isAtHead }),
  };
}

const meaningOf = (text: string) => {
  const known = meanings.find(([words]) => words.test(text));
  return known === undefined ? damaged : known[1];
};

/** Of the outermost archive; those inside it have no tail in the object. */
function tailBytesOf(output: readonly string[]): number {
  const outer = output.slice(0, indexOr(output.indexOf('----------'), output.length));
  const line = outer.find((one) => one.startsWith('Tail Size = '));
  return line === undefined ? 0 : Number(line.slice('Tail Size = '.length));
}

const indexOr = (index: number, other: number): number => (index < 0 ? other : index);

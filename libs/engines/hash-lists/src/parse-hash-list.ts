/** Digests of one list, sorted for searching; 32 bytes each, so that a million take 32 MB in every process. */
export interface HashList {
  readonly digests: Buffer;
  /** What the list calls a digest, by its hexadecimal form; most have no name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

export const maxListEntries = 1_000_000;
const maxProblems = 10;
const digestBytes = 32;

/**
 * A text file: one SHA-256 in hexadecimal a line, a label may follow it; `#` begins a comment. A line that is anything
 * else is a problem with its number: a list that is only half understood must not be taken for the whole.
 */
export function parseHashList(text: string): HashList {
  const entries = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const content = line.replace(/#.*$/, '').trim();
    if (content === '') continue;
    const match = /^([0-9a-f]{64})(?:[\s,;]+(.+))?$/i.exec(content);
    const digest = match?.[1]?.toLowerCase();
    if (digest === undefined) {
      if (problems.length < maxProblems) problems.push(`line ${index + 1} is no SHA-256`);
    } else if (entries.size >= maxListEntries) {
      problems.push(`more than ${maxListEntries} entries`);
      break;
    } else entries.set(digest, match?.[2]?.trim() ?? '');
  }
  const labels = new Map([...entries].filter(([, label]) => label !== ''));
  return { digests: sortedDigests([...entries.keys()]), labels, problems };
}

function sortedDigests(digests: string[]): Buffer {
  const sorted = Buffer.alloc(digests.length * digestBytes);
  digests.sort().forEach((digest, index) => sorted.write(digest, index * digestBytes, 'hex'));
  return sorted;
}

export function hasDigest(list: HashList, sha256: string): boolean {
  const wanted = Buffer.from(sha256, 'hex');
  let low = 0;
  let high = list.digests.length / digestBytes - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = middle * digestBytes;
    const order = wanted.compare(list.digests, at, at + digestBytes);
    if (order === 0) return true;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return false;
}

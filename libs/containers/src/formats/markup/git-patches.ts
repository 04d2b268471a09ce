import { decode85, ofGit } from '../../decoders/base-85.js';
import type { TextBlob } from './text-blobs.js';

const patchWord = Buffer.from('GIT binary patch');
const patchHead = /\nliteral \d{1,12}\r?\n/g;
const patchLine = /^([A-Za-z])([^\s]{5,65})$/;

export const hasGitPatch = (bytes: Buffer): boolean => bytes.includes(patchWord);

/** Files in a patch of git: lines with their length in front, in base 85, packed as zlib does. */
export function* gitPatches(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  if (!hasGitPatch(bytes)) return;
  const text = bytes.toString('latin1');
  for (const match of text.matchAll(patchHead)) {
    checkTime();
    const pieces: Buffer[] = [];
    for (let at = match.index + match[0].length; ;) {
      const found = text.indexOf('\n', at);
      const line = text
        .slice(at, found < 0 ? text.length : found)
        .trimEnd()
        .slice(0, 80);
      const [, size = '', digits = ''] = patchLine.exec(line) ?? [];
      if (size === '') break;
      const length = size <= 'Z' ? size.charCodeAt(0) - 64 : size.charCodeAt(0) - 70;
      pieces.push(decode85(Buffer.from(digits, 'latin1'), ofGit).subarray(0, length));
      if (found < 0) break;
      at = found + 1;
    }
    if (pieces.length > 0)
      yield { label: 'file in a patch', bytes: Buffer.concat(pieces), isDeflated: 'zlib' };
  }
}

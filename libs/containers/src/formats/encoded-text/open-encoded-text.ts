import type { OpenContext } from '../../container-format.js';
import { findBinHex } from '../../decoders/binhex.js';
import { findPem } from '../../decoders/pem.js';
import { findShar } from '../../decoders/shar.js';
import { type EmbeddedFile, findUuencoded } from '../../decoders/uuencode.js';
import { findYenc } from '../../decoders/yenc.js';
import type { OpenedItem } from '../../opened-item.js';
import { armorWithin } from '../mail/pgp-in-text.js';
import { plainText } from '../wide-text.js';

const finders = [findUuencoded, findYenc, findBinHex, findPem, findShar];

/** The files that are written in a text. */
export function* openEncodedText(file: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const bytes = plainText(file);
  for (const find of finders) {
    let file: EmbeddedFile | null = find(bytes, 0);
    while (file !== null) {
      const { name, next, isWhole, isPiece = false } = file;
      budget.takePart();
      budget.takeBytes(file.bytes.length, file.bytes.length);
      yield { kind: 'part', label: name || 'file in text', bytes: file.bytes };
      if (!isWhole)
        yield {
          kind: 'unexamined',
          reason: 'damaged',
          label: name,
          detail: 'the end of the file is missing',
        };
      else if (isPiece)
        yield {
          kind: 'unexamined',
          reason: 'unsupported',
          label: name,
          detail: 'one piece of a file in several',
        };
      file = find(bytes, next);
    }
  }
  for (const armored of armorWithin(bytes)) {
    budget.takePart();
    budget.takeBytes(armored.length, armored.length);
    yield { kind: 'part', label: 'PGP message', bytes: armored, role: 'stream' };
  }
}

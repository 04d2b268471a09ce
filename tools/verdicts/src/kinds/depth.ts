import { gzipSync } from 'node:zlib';
import { attachment, multipart, textPart } from '../layouts/mail-layout.js';
import { rar4 } from '../layouts/rar-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import { zipped } from '../layouts/zip-layout.js';
import { bzip2, sevenZip, xz } from '../making/compressors.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import { deb } from './archives.js';

type Wrap = (content: Buffer, index: number) => Buffer | Promise<Buffer>;

async function wrapped(needle: Buffer, depth: number, wrap: Wrap): Promise<Buffer> {
  let content = needle;
  for (let index = 0; index < depth; index += 1) content = await wrap(content, index);
  return content;
}

const turns: readonly Wrap[] = [
  (content) => zipped(content, 'x'),
  (content) => tarOf([['x', content]]),
  (content) => gzipSync(content),
  (content) => xz(content),
  (content) => sevenZip(content, '', { name: 'x' }),
  (content) => bzip2(content),
  (content) => rar4(content),
  (content) => deb(content),
  (content) =>
    madeBy({
      needs: ['cpio'],
      files: { x: content },
      script: 'echo x | cpio -o -H newc --quiet >a',
      out: 'a',
    }),
];

const tooDeep = 'nested deeper than is examined by default (16)';

export const depthKinds = kindsOf('depth', 'first', (add) => {
  const depths = (prefix: string, list: readonly number[], wrap: Wrap): void => {
    for (const depth of list)
      add(
        `${prefix}-${depth}`,
        (needle) => wrapped(needle, depth, wrap),
        depth > 16 ? { said: tooDeep } : {},
      );
  };
  depths('zip-depth', [1, 2, 4, 8, 12, 14, 15, 16, 17, 20, 30], (content, index) =>
    zipped(content, index === 0 ? 'eicar.com' : 'in.zip'),
  );
  depths('gz-depth', [2, 6, 12, 17, 20], (content) => gzipSync(content));
  const inTurn: Wrap = (content, index) =>
    index % 2 === 0
      ? zipped(content, 'x')
      : multipart([textPart, attachment(content, { disposition: 'attachment; filename="x"' })], {
          boundary: `q${index}`,
        });
  for (const depth of [1, 2, 3, 4, 6, 8, 10, 12, 16])
    add(`zip-mail-depth-${depth}`, (needle) => wrapped(needle, depth, inTurn), { mail: depth % 2 === 0 });
  for (const depth of [3, 6, 9, 12])
    add(`mixed-depth-${depth}`, (needle) =>
      wrapped(needle, depth, (content, index) => turns[index % turns.length]?.(content, index) ?? content),
    );
});

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bytes, noise, repeated } from '../layouts/byte-layout.js';
import { oleOf } from '../layouts/ole-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import { programHead } from '../layouts/program-layout.js';
import { tarOf } from '../layouts/tar-layout.js';
import {
  deflatedZip,
  directoryEnd,
  directoryEntry,
  localHeader,
  oneEntryZip,
  zipOf,
  zipped,
} from '../layouts/zip-layout.js';
import { sevenZip } from '../making/compressors.js';
import { inFront } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** Something else in front, behind, or both. */
export const zipPlaceKinds = kindsOf('zip', 'first', (add) => {
  const behind = (name: string, prefix: () => Buffer | Promise<Buffer>): void =>
    add(name, async (needle) => deflatedZip(needle, { prefix: await prefix() }), inFront);
  behind('zip-sfx', () => programHead);
  add('zip-sfx-offset-not-fixed', (needle) => deflatedZip(needle, { prefix: programHead, base: 0 }), inFront);
  behind('zip-prefix-text', () => bytes('some text in front\n'));
  behind('zip-prefix-random-100k', () => noise(1, 100_000));
  behind('zip-prefix-png', () => bytes('\x89PNG\r\n\x1a\n', noise(2, 3000)));
  behind('zip-prefix-pdf', () => plainPdf());
  behind('zip-prefix-mail', () =>
    bytes('From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n'),
  );
  behind('zip-prefix-html', () => bytes('<html><body>hello</body></html>\n'));
  behind('zip-prefix-gif', () => bytes('GIF89a', noise(3, 900)));
  behind('zip-behind-elf', () => readFileSync('/bin/true'));
  behind('zip-behind-tar', () => tarOf([['a', 'hello']]));
  behind('zip-behind-gz', () => gzipSync('hello'));
  behind('zip-behind-ole', () => oleOf([['S', 'hello'.repeat(1000)]]));
  behind('zip-behind-7z', () => sevenZip(bytes('hello')));
  add('zip-garbage-behind-1k', (needle) => bytes(zipped(needle), repeated([1], 1000)));
  add('zip-garbage-behind-100k', (needle) => bytes(zipped(needle), repeated([1], 100_000)));
  add('zip-prefix-and-garbage-behind-100k', (needle) =>
    bytes(deflatedZip(needle, { prefix: programHead }), repeated([1], 100_000)),
  );
  add('zip-first-sig-broken', (needle) => bytes('XX', zipped(needle).subarray(2)), {
    endsAnywhere: {
      50: 'a piece of packed data under no mark; only the directory, which is gone, led to it',
    },
  });
});

/** Two readers see two different archives. */
export const zipTwoFacedKinds = kindsOf('zip', 'first', (add) => {
  const hidden = (needle: Buffer, isAfter: boolean): Buffer => {
    const shown = { name: 'a.txt', content: bytes('hello') };
    const [plain, evil] = [localHeader(shown), localHeader({ name: 'eicar.com', content: needle })];
    const body = isAfter ? bytes(plain, evil) : bytes(evil, plain);
    const directory = directoryEntry(shown, isAfter ? 0 : evil.length);
    return bytes(body, directory, directoryEnd(1, directory.length, body.length));
  };
  add('zip-local-not-in-directory-after', (needle) => hidden(needle, true));
  add('zip-local-not-in-directory-before', (needle) => hidden(needle, false));
  add('zip-directory-points-into-data', (needle) => {
    const entry = { name: 'eicar.com', content: needle };
    const outer = localHeader({ name: 'a.txt', content: localHeader(entry) });
    const directory = directoryEntry(entry, 30 + 5);
    return bytes(outer, directory, directoryEnd(1, directory.length, outer.length));
  });
  const twoDirectories = (needle: Buffer, isLast: boolean): Buffer => {
    const [first, second] = isLast ? [bytes('hello'), needle] : [needle, bytes('hello')];
    const one = { name: 'x.com', content: first };
    const two = { name: 'x.com', content: second };
    const locals = [localHeader(one), localHeader(two)] as const;
    const [start, end] = [locals[0].length, locals[0].length + locals[1].length];
    const directories = [directoryEntry(one, 0), directoryEntry(two, start)] as const;
    return bytes(
      ...locals,
      directories[0],
      directoryEnd(1, directories[0].length, end),
      directories[1],
      directoryEnd(1, directories[1].length, end + directories[0].length + 22),
    );
  };
  add('zip-two-directories-last', (needle) => twoDirectories(needle, true));
  add('zip-two-directories-first', (needle) => twoDirectories(needle, false));
  const harmless = (): Buffer => zipOf([['a.txt', 'hello']]);
  add('zip-concat-clean-eicar', (needle) => bytes(harmless(), zipped(needle)));
  add('zip-concat-eicar-clean', (needle) => bytes(zipped(needle), harmless()));
  add('zip-concat-fixed-offsets', (needle) =>
    bytes(harmless(), oneEntryZip(needle, { base: harmless().length })),
  );
});

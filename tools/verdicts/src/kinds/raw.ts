import { uuencoded } from '../layouts/mail-layout.js';
import { bytes, utf16 } from '../layouts/byte-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';

/** The test file itself, and what is still the test file. */
export const rawKinds = kindsOf('raw', 'first', (add) => {
  const withTail = (name: string, tail: string): void => {
    const make = (needle: Buffer): Buffer => bytes(needle, tail);
    add(name, make, { leaf: make, ...text });
  };
  withTail('raw', '');
  withTail('raw-lf', '\n');
  withTail('raw-crlf', '\r\n');
  withTail('raw-spaces', ' '.repeat(50));
  withTail('raw-ctrl-z', '\x1a');
  withTail('raw-tail-4k', `\r\n${' '.repeat(4096)}`);
  add('raw-utf16', (needle) => bytes([0xff, 0xfe], utf16(needle.toString('latin1'))), {
    clean: 'another text: the test file is defined as these bytes, and nothing runs it in UTF-16',
  });
  add('raw-bom', (needle) => bytes([0xef, 0xbb, 0xbf], needle), {
    clean: 'not the test file any more: it has to stand at the beginning, where DOS ran it',
  });
  add('text-base64', (needle) => bytes(needle.toString('base64')), text);
  add('text-uu', (needle) => bytes(uuencoded(needle, 'eicar.com', '\n')));
});

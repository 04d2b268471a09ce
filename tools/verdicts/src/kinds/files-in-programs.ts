import { be16, bytes, noise, zeros } from '../layouts/byte-layout.js';
import { oneSectionProgram } from '../layouts/program-layout.js';
import { zipOf, zipWithNoise } from '../layouts/zip-layout.js';
import { carrier, interruptedZip } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const longZip = zipWithNoise(43);

export const fileInProgramKinds = kindsOf('stream', 'further', (add) => {
  add('exe-needle-behind', (needle) => bytes(oneSectionProgram(), needle), carrier);
  add(
    'exe-with-base64',
    (needle) => bytes(oneSectionProgram(), noise(15, 200), longZip(needle).toString('base64'), zeros(30)),
    carrier,
  );
  add(
    'exe-with-wide-base64',
    (needle) =>
      bytes(
        oneSectionProgram(),
        zeros(16),
        Buffer.from(longZip(needle).toString('base64'), 'utf16le'),
        zeros(30),
      ),
    carrier,
  );
  add(
    'class-with-base64',
    (needle) => {
      const constant = longZip(needle).toString('base64');
      return bytes([0xca, 0xfe, 0xba, 0xbe], be16(0, 52, 4), [1], be16(constant.length), constant, zeros(40));
    },
    carrier,
  );
  add(
    'dex-with-base64',
    (needle) => bytes('dex\n035\0', noise(16, 120), longZip(needle).toString('base64'), [0], noise(17, 90)),
    carrier,
  );
  add(
    'sqlite-blob-over-pages',
    (needle) =>
      madeBy({
        needs: ['sqlite3'],
        files: {
          e: zipOf([
            ['r.bin', noise(18, 9000)],
            ['eicar.com', needle],
          ]),
        },
        script: `sqlite3 a.db "CREATE TABLE t(a TEXT, b BLOB); INSERT INTO t VALUES('x', readfile('e'))"`,
        out: 'a.db',
      }),
    interruptedZip,
  );
});

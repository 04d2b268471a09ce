import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { multipartForm } from './multipart-form.js';

it.each(['a'.repeat(4095) + 'é', '\ufffd'.repeat(2000), 'x'.repeat(5000)])(
  'a field is never longer than what a gateway takes',
  async (value) => {
    const source = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('content');
    };
    const content = await SpooledObject.from(source(), tmpdir());
    const pieces: Buffer[] = [];
    for await (const piece of multipartForm([{ name: 'helo', value }], { content, filename: 'a' }).read())
      pieces.push(piece);
    const sent = /name="helo"\r\n\r\n([^\r]*)\r\n/.exec(Buffer.concat(pieces).toString('utf8'))?.[1] ?? '';
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(4096);
    expect(value.startsWith(sent)).toBe(true);
  },
);

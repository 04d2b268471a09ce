import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { appleSingleDetection } from '../apple/detect-apple-single.js';
import { openAppleSingle } from '../apple/open-apple-single.js';
import { calendarDetection } from './detect-calendar.js';
import { openCalendar } from './open-calendar.js';

const needle = 'a needle in a haystack';
const encoded = Buffer.from(needle).toString('base64');
const event = (line: string): Buffer =>
  Buffer.from(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${line}\r\nEND:VCALENDAR\r\n`);

describe('openCalendar', () => {
  it.each([
    `ATTACH;ENCODING=BASE64;VALUE=BINARY:${encoded}`,
    `ATTACH;ENCODING=BASE64;VALUE=BINARY:${encoded.slice(0, 9)}\r\n ${encoded.slice(9)}`,
    `ATT\r\n ACH;ENCO\r\n\tDING=BASE64;VALUE=BINARY:${encoded}`,
    `ATTACH:da\n ta:text/plain;bas\n e64\n ,${encoded}`,
    `PHOTO;TYPE=JPEG;ENCODING=b:${encoded}`,
    `PHOTO;ENCODING=b:${encoded.slice(0, 8)}\r\n${encoded.slice(8, 20)}\r\n${encoded.slice(20)}\r\n`,
    `PHOTO;BASE64:\r\n${encoded.slice(0, 8)}\r\n${encoded.slice(8)}`,
    `ATTACH:data:text/plain;base64,${encoded}`,
    `ATTACH;ENCODING=QUOTED-PRINTABLE:a needle=20in=\r\n a haystack`,
    `item1.PHOTO;ENCODING=QUOTED-PRINTABLE:a needle=20in a haystack`,
    `PHOTO;ENCODING="QUOTED-PRINTABLE":a needle=20in a haystack`,
    `PHOTO;QUOTED-PRINTABLE:a needle=20in a haystack`,
    `ATTACH:data:text/plain,a%20needle%20in a\r\n  haystack`,
    `STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:a needle in a\r\n  haystack`,
    `ATTACH;X-NAME=${'x'.repeat(5000)};ENCODING=BASE64:${encoded}`,
  ])('gives the file in %j', async (line) => {
    expect(calendarDetection.detect(event(line))).toMatchObject({ mime: 'text/calendar' });
    expect((await openAll(openCalendar, event(line))).parts.map((part) => part.bytes.toString())).toEqual([
      needle,
    ]);
  });

  it('gives a page in it without the escapes of a text', async () => {
    const line = 'X-ALT-DESC;X-A="b:c":<a href="data:x\\;base64\\,abcd">\\nx\\\\y';
    const { parts } = await openAll(openCalendar, event(line));
    expect(parts.map((part) => part.bytes.toString().trim())).toEqual([
      '<a href="data:x;base64,abcd">\nx\\y',
    ]);
  });

  it('reads lines that end in a bare CR', async () => {
    const bytes = event(`ATTACH;ENCODING=QUOTED-PRINTABLE:a needle=20in=\r\n a haystack`);
    const { parts } = await openAll(openCalendar, Buffer.from(bytes.toString().replaceAll('\r\n', '\r')));
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle]);
  });

  it('gives nothing of properties without a file, and ends whatever is done to it', async () => {
    expect((await openAll(openCalendar, event('SUMMARY:ENCODING=B:abcd'))).parts).toEqual([]);
    const random = randomFrom(6);
    for (let count = 0; count < 200; count += 1)
      await openAll(openCalendar, mutate(event(`ATTACH;ENCODING=BASE64:${encoded}`), random));
    await openAll(openCalendar, event('ATTACH;ENCODING=BASE64:\r\n x'.repeat(50_000)));
    await openAll(
      openCalendar,
      event(`ATTACH;X=${'x'.repeat(60_000)};ENCODING=BASE64:${'\r\nabcd'.repeat(100_000)}`),
    );
  });
});

describe('openAppleSingle', () => {
  const head = Buffer.from('00051600000200000000000000000000000000000000000000010000000100000026', 'hex');
  const file = (length: number): Buffer =>
    Buffer.concat([head, Buffer.from([0, 0, 0, length]), Buffer.from(needle)]);

  it('gives the data fork, and says when it is cut', async () => {
    expect(appleSingleDetection.detect(file(22))?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openAppleSingle, file(22));
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle]);
    expect(unexamined).toEqual([]);
    expect((await openAll(openAppleSingle, file(80))).unexamined).toMatchObject([{ reason: 'damaged' }]);
    const random = randomFrom(7);
    for (let count = 0; count < 200; count += 1) {
      const changed = mutate(file(22), random);
      if (appleSingleDetection.detect(changed) !== null) await openAll(openAppleSingle, changed);
    }
  });
});

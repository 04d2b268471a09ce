import { describe, expect, it } from 'vitest';
import { base64, needle } from '../../testing/markup-samples.js';
import { walk } from '../../testing/walk-for-needle.js';
import { markupDetection } from './detect-markup.js';

const link = `<a href="data:application/x;base64,${base64}">x</a>`;
const inUtf7 = (text: string): string =>
  [...text]
    .map((char) => `+${Buffer.from(char, 'utf16le').swap16().toString('base64').replaceAll('=', '')}-`)
    .join('');
const entities = (text: string): string => [...text].map((char) => `&#${char.charCodeAt(0)};`).join('');
const filesOf = async (page: string): Promise<string[]> => {
  const files: string[] = [];
  const { unexamined } = await walk(Buffer.from(page), {
    onContent: ({ bytes }) => void files.push(bytes.toString()),
  });
  expect(unexamined).toEqual([]);
  return files;
};

describe('a page', () => {
  it.each(['charset=utf-7', 'charset="UTF-7"', 'charset = unicode-1-1-utf-7'])(
    'that says itself that it is UTF-7 (%s) is read so',
    async (charset) => {
      const page = `<html><head><meta http-equiv=x content='text/html; ${charset}'></head>${inUtf7(link)}</html>`;
      expect(await filesOf(page)).toContain(needle.toString());
    },
  );

  it('that only speaks of it is no page of it', async () => {
    expect(await filesOf(`<html><p>charset utf-7</p>${inUtf7(link)}</html>`)).not.toContain(
      needle.toString(),
    );
  });

  it.each([
    ['a NUL', '\0'],
    ['a bell', '\x07'],
    ['thousands of them', '\0'.repeat(2000)],
  ])('is one whatever control characters it has: %s', async (_, characters) => {
    expect(await filesOf(`${characters}<html>${link}</html>`)).toContain(needle.toString());
    expect(await filesOf(`<html>${characters}${link}</html>`)).toContain(needle.toString());
  });

  it('is none in packed bytes', () => {
    const packed = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256));
    expect(markupDetection.detect(Buffer.concat([packed, Buffer.from(link)]))).toBeNull();
    const inArchive = Buffer.concat([Buffer.from('PK\x03\x04\0\0\0\0'), Buffer.from(`<html>${link}`)]);
    expect(markupDetection.detect(inArchive, ['zip'])).toBeNull();
  });

  it('or a script is one with a control character here and there', async () => {
    const script = `${'// a line of a script\n'.repeat(10)}var a = "\x01"; atob("${base64}")`;
    expect(await filesOf(script)).toContain(needle.toString());
  });

  it('is one behind any text, where its address is in entities', async () => {
    const front = 'text of any length '.repeat(1000);
    expect(await filesOf(`${front}${link.replace('data:', entities('data:'))}`)).toContain(needle.toString());
    const whole = link.replace(/"[^"]*"/, (address) => `"${entities(address.slice(1, -1))}"`);
    expect(await filesOf(front + whole)).toContain(needle.toString());
  });
});

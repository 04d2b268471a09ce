import { describe, expect, it } from 'vitest';
import { detectType } from './detect-type.js';
import { detections } from './detections.js';
import { formats } from './formats.js';
import { buildMail, buildTar, buildZip } from './testing/index.js';

const file = { name: 'a', bytes: Buffer.from('a') };
const formatsOf = (bytes: Buffer, declaredAs: 'file' | 'email' = 'file'): string[] =>
  detectType(bytes, declaredAs).readings.map((one) => one.format);

describe('detectType', () => {
  it('gives every certain reading of a file that is two things at once, then the uncertain ones', () => {
    const tar = buildTar([{ name: 'PK\x03\x04', bytes: Buffer.from('x') }]);
    expect(formatsOf(tar)).toEqual(['zip', 'tar']);
    expect(formatsOf(Buffer.concat([buildTar([file]), buildZip([file])]))).toEqual(['tar', 'zip-behind']);
    expect(formatsOf(Buffer.concat([buildMail([file]), buildZip([file])]))).toEqual(['mail', 'zip-behind']);
  });

  const mailText = buildMail([file]).toString('latin1');
  it.each([
    ['UTF-16, the lower byte first', Buffer.from(`\ufeff${mailText}`, 'utf16le')],
    ['UTF-16, the higher byte first', Buffer.from(`\ufeff${mailText}`, 'utf16le').swap16()],
    ['behind a mark and empty lines', Buffer.from(`\ufeff\r\n \r\n${mailText}`)],
  ])('knows a mail that was submitted as a file: %s', (_how, bytes) => {
    expect(formatsOf(bytes)).toContain('mail');
  });
  it('reads what is declared as mail as mail, besides what may stand behind it', () => {
    expect(formatsOf(Buffer.alloc(2000, 0xf7), 'email')).toEqual(['mail']);
    expect(formatsOf(Buffer.concat([Buffer.from('hello\n'), buildZip([file])]), 'email')).toEqual([
      'mail',
      'zip-behind',
    ]);
    expect(formatsOf(buildZip([file]), 'email')).toEqual(['zip']);
  });

  it('keeps the name of a program with an archive behind it', () => {
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500), buildZip([file])]);
    expect(detectType(program).mime).toBe('application/vnd.microsoft.portable-executable');
  });

  it('knows each format by one name', () => {
    expect(formats.size).toBe(detections.length);
  });
});

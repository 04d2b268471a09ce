import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Notice } from './notice.js';
import { alertEvent, mailAlertEvent } from './testing/index.js';
import { escapeCefHeader, escapeCefValue, writeCefLines } from './write-cef.js';

const options = { version: '1.2.3', consoleUrl: 'https://console.example:9443' };
const notice = (alert = alertEvent()): Notice => ({ kind: 'alert', id: alert.eventId, alert });
const cef = (alert = alertEvent(), changes = {}): string =>
  writeCefLines(notice(alert), { ...options, ...changes })[0] ?? '';

/** A reader of CEF as the format's description has it. */
function readCef(line: string): { header: string[]; fields: Map<string, string> } {
  const parts = line.split(/(?<!\\)(?:\\\\)*\|/);
  const header = parts.slice(0, 7);
  let extension = line;
  for (let i = 0; i < 7; i += 1) extension = extension.slice(/(?<!\\)(?:\\\\)*\|/.exec(extension)!.index + 1);
  const fields = new Map<string, string>();
  const keys = [...extension.matchAll(/(?:^| )([A-Za-z0-9]+)=/g)];
  keys.forEach((match, index) => {
    const from = match.index + match[0].length;
    const raw = extension.slice(from, keys[index + 1]?.index ?? extension.length);
    fields.set(
      match[1]!,
      raw.replace(/\\([\\=nr])/g, (_all, one: string) => (one === 'n' ? '\n' : one === 'r' ? '\r' : one)),
    );
  });
  return { header, fields };
}

describe('writeCefLines', () => {
  it('writes an alert with the keys of the CEF dictionary', () => {
    expect(cef(mailAlertEvent())).toBe(
      [
        'CEF:0|Sluice|Sluice|1.2.3|detection|Malicious object detected|9|rt=1772360430456',
        'externalId=6f2f3c52-8f43-4a53-9a3e-0c6f3c1b7d10 cat=am',
        'fileHash=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        'fname=Your invoice.eml fsize=18432 fileType=message/rfc822 src=198.51.100.7',
        'cs1=Win.Test.Sample-1 cs1Label=Detected cnt=1',
        'suser=billing@sender.example duser=anna@example.org,bert@example.org cn1=42 cn1Label=Alert',
        'cs2=mx-1 cs2Label=External system cs3=mail cs3Label=External system type',
        'cs4=invoice.zip » invoice.exe cs4Label=Path in object',
        'cs5=098f6bcd4621d373cade4e832627b4f6 cs5Label=MD5',
        'cs6=https://console.example:9443/alerts/42 cs6Label=Card msg=Your invoice',
        'start=1772360429100 fileId=scan-1 shost=out.sender.example dvc=10.1.2.3',
      ].join(' '),
    );
  });

  it.each([
    ['high', 9],
    ['medium', 6],
    ['low', 3],
  ] as const)('rates %s as %d', (importance, severity) => {
    expect(readCef(cef(alertEvent({ importance }))).header[6]).toBe(String(severity));
  });

  it('puts an IPv6 source where CEF wants it', () => {
    const { fields } = readCef(cef(alertEvent({ sourceAddress: '2001:db8::1' })));
    expect(fields.get('c6a2')).toBe('2001:db8::1');
    expect(fields.has('src')).toBe(false);
  });

  it('writes one line per alert of a digest', () => {
    const alerts = [alertEvent({ alertId: 1 }), alertEvent({ alertId: 2 })];
    const digest: Notice = {
      kind: 'digest',
      id: 'x',
      createdAt: '2026-03-01T10:00:00.000Z',
      alerts,
      total: 2,
    };
    expect(writeCefLines(digest, options).map((line) => readCef(line).fields.get('cn1'))).toEqual(['1', '2']);
  });

  it('lets no value make another field, another event or a line break', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a|b', 'x=y', 'a src=6.6.6.6', '\\', '\\=', 'a\nCEF:0|x', '\r\n', '\\\\|', 'a\\ b='),
    );
    fc.assert(
      fc.property(nasty, nasty, nasty, (objectName, sender, mailSubject) => {
        const plain = readCef(cef(mailAlertEvent()));
        const line = cef(
          mailAlertEvent({
            objectName: `x${objectName}`,
            sender: `x${sender}`,
            mailSubject: `x${mailSubject}`,
          }),
        );
        expect(line).not.toMatch(/[\r\n]/);
        const { header, fields } = readCef(line);
        expect(header).toEqual(plain.header);
        expect([...fields.keys()]).toEqual([...plain.fields.keys()]);
        expect(fields.get('src')).toBe('198.51.100.7');
      }),
    );
  });

  it('drops whole fields from the end when a line would be too long', () => {
    const long = mailAlertEvent({
      recipients: Array.from({ length: 200 }, (_one, n) => `recipient${n}@example.org`),
    });
    const whole = cef(long);
    for (const maxBytes of [400, 800, 1200, 2000]) {
      const short = cef(long, { maxBytes });
      expect(Buffer.byteLength(short)).toBeLessThanOrEqual(maxBytes);
      const all = readCef(whole).fields;
      const { fields } = readCef(short);
      for (const [key, value] of fields) expect(value).toBe(all.get(key));
      const labels = [...fields.keys()].filter((key) => key.endsWith('Label'));
      expect(labels.filter((label) => !fields.has(label.replace('Label', '')))).toEqual([]);
    }
  });

  it('stays within 32 KB with everything as long as it can be', () => {
    const text = '漢=\\'.repeat(20_000);
    const line = cef(
      mailAlertEvent({
        objectName: text,
        sender: text,
        recipients: [text, text],
        mailSubject: text,
        systemName: text,
      }),
    );
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(32 * 1024);
  });
});

describe('escaping', () => {
  it('follows the format: pipes in the header, equals signs in values, backslashes in both', () => {
    expect(escapeCefHeader(String.raw`a|b\c=d`)).toBe(String.raw`a\|b\\c=d`);
    expect(escapeCefValue('a|b\\c=d\ne\rf')).toBe(String.raw`a|b\\c\=d\ne\rf`);
  });
});

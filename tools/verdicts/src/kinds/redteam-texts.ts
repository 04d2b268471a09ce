import { deflateRawSync, gzipSync } from 'node:zlib';
import { bytes, noise, utf16 } from '../layouts/byte-layout.js';
import { base64Lines } from '../layouts/mail-layout.js';
import { base64, base85, chunks } from '../layouts/text-layout.js';
import { zipWithNoise } from '../layouts/zip-layout.js';
import { text } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';

const longZip = zipWithNoise(71);
const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const address = (content: Uint8Array): string => Buffer.from(content).toString('base64url');

const xz = (content: Buffer): Promise<Buffer> =>
  madeBy({ needs: ['xz'], files: { m: content }, script: 'xz -c m > o', out: 'o' });

/** What red teams and testers write first: droppers of every script language, built by hand. */
export const redteamScriptKinds = kindsOf('active', 'further', (add) => {
  const script = (name: string, write: (needle: Buffer) => string): void =>
    add(name, (needle) => bytes(write(needle)), text);
  script('html-base64-in-two-variables', (needle) => {
    const data = base64(longZip(needle));
    return `<html><script>var a="${data.slice(0, 700)}";var c="${data.slice(700)}";new Blob([atob(a+c)])</script></html>`;
  });
  script(
    'html-decompression-stream',
    (needle) =>
      `<script>fetch("data:application/gzip;base64,${base64(gzipSync(needle))}").then(r=>r.body.pipeThrough(new DecompressionStream("gzip")))</script>`,
  );
  script(
    'html-hidden-input',
    (needle) => `<form><input type="hidden" id="f" value="${base64(longZip(needle))}"></form>`,
  );
  script(
    'html-css-properties',
    (needle) =>
      `<style>:root{${chunks(base64(longZip(needle)), 50)
        .map((piece, at) => `--c${at}:"${piece}";`)
        .join('')}}</style>`,
  );
  script(
    'svg-script-in-cdata-in-foreign-object',
    (needle) =>
      `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body><script><![CDATA[var d=atob("${base64(longZip(needle))}")]]></script></body></foreignObject></svg>`,
  );
  script('powershell-here-string', (needle) => `$b=@"\n${base64Lines(longZip(needle))}"@\n`);
  script(
    'powershell-deflate-stream',
    (needle) =>
      `IEX (New-Object IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String('${base64(deflateRawSync(needle))}'),[IO.Compression.CompressionMode]::Decompress))`,
  );
  script(
    'batch-variables',
    (needle) =>
      `@echo off\r\n${chunks(base64(longZip(needle)), 60)
        .map((piece, at) => `set b${at}=${piece}\r\n`)
        .join('')}`,
  );
  script('vba-array-on-lines', (needle) => {
    const numbers = [...longZip(needle)];
    const rows = Array.from({ length: Math.ceil(numbers.length / 20) }, (_, at) =>
      numbers.slice(at * 20, at * 20 + 20).join(', '),
    );
    return `Sub a()\r\nb = Array(${rows.join(', _\r\n        ')})\r\nEnd Sub\r\n`;
  });
  script('vbs-character-a-line', (needle) =>
    [...needle].map((byte) => `s = s & ChrW(&H${hex(byte)})\r\n`).join(''),
  );
  script(
    'shell-printf-octal',
    (needle) =>
      `#!/bin/sh\nprintf '${[...needle].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}' > a\n`,
  );
  add(
    'python-base-85-of-xz',
    async (needle) => bytes(`exec(lzma.decompress(base64.b85decode("${base85(await xz(needle))}")))`),
    text,
  );
  script('perl-pack-hex', (needle) => `print pack('H*','${needle.toString('hex')}');`);
});

/** What systems write into text by themselves. */
export const redteamConfigurationKinds = kindsOf('active', 'further', (add) => {
  const file = (name: string, write: (needle: Buffer) => string): void =>
    add(name, (needle) => bytes(write(needle)), text);
  const release = (needle: Buffer): string =>
    base64(
      Buffer.from(
        base64(gzipSync(JSON.stringify({ chart: { files: [{ name: 'a.com', data: base64(needle) }] } }))),
      ),
    );
  file(
    'helm-release-secret',
    (needle) =>
      `apiVersion: v1\nkind: Secret\ntype: helm.sh/release.v1\ndata:\n  release: ${release(needle)}\n`,
  );
  file('helm-release-in-list', (needle) =>
    JSON.stringify({ kind: 'List', items: [{ kind: 'Secret', data: { release: release(needle) } }] }),
  );
  file(
    'kubernetes-secret-encoded-twice',
    (needle) => `apiVersion: v1\nkind: Secret\ndata:\n  a: ${base64(Buffer.from(base64(longZip(needle))))}\n`,
  );
  file(
    'cloud-init-packed-file',
    (needle) =>
      `#cloud-config\nwrite_files:\n- encoding: gz+b64\n  path: /a\n  content: ${base64(gzipSync(needle))}\n`,
  );
  file('terraform-state', (needle) =>
    JSON.stringify({ resources: [{ instances: [{ attributes: { content_base64: base64(needle) } }] }] }),
  );
  file('notebook-output', (needle) =>
    JSON.stringify({
      cells: [{ cell_type: 'code', outputs: [{ data: { 'application/pdf': base64(longZip(needle)) } }] }],
      nbformat: 4,
    }),
  );
  file('postman-body', (needle) =>
    JSON.stringify({
      item: [{ request: { body: { raw: JSON.stringify({ file: base64(longZip(needle)) }) } } }],
    }),
  );
  file(
    'saml-form',
    (needle) =>
      `<form><input type="hidden" name="SAMLResponse" value="${base64(Buffer.from(`<samlp:Response><a>${base64(longZip(needle))}</a></samlp:Response>`))}"/></form>`,
  );
  file('jwt-with-file', (needle) =>
    [
      Buffer.from('{"alg":"none"}'),
      Buffer.from(JSON.stringify({ f: base64(longZip(needle)) })),
      noise(72, 32),
    ]
      .map(address)
      .join('.'),
  );
  file('jcal-attachment', (needle) =>
    JSON.stringify(['vcalendar', [], [['vevent', [['attach', {}, 'binary', base64(needle)]], []]]]),
  );
  file(
    'xcal-attachment',
    (needle) =>
      `<?xml version="1.0"?><icalendar><vcalendar><attach><binary>${base64(needle)}</binary></attach></vcalendar></icalendar>`,
  );
  file('ldif-folded-certificate', (needle) => {
    const line = `userCertificate;binary:: ${base64(longZip(needle))}`;
    const [first = '', ...rest] = chunks(line, 76);
    return `dn: cn=x\nobjectClass: top\n${[first, ...rest.map((one) => ` ${one}`)].join('\n')}\nsn: x\n`;
  });
  file(
    'sql-copy-bytea',
    (needle) => `COPY public.files (id, data) FROM stdin;\n1\t\\\\x${longZip(needle).toString('hex')}\n\\.\n`,
  );
  file(
    'sql-server-insert',
    (needle) =>
      `INSERT [dbo].[F] ([Id],[Data]) VALUES (1, 0x${needle.toString('hex').toUpperCase()})\r\nGO\r\n`,
  );
  file(
    'sql-oracle-pieces',
    (needle) =>
      `DECLARE b BLOB; BEGIN\n${chunks(longZip(needle).toString('hex').toUpperCase(), 200)
        .map((piece) => `DBMS_LOB.APPEND(b, HEXTORAW('${piece}'));\n`)
        .join('')}END;\n`,
  );
  add(
    'registry-hex-folded-wide',
    (needle) =>
      bytes(
        [0xff, 0xfe],
        utf16(
          `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\x]\r\n"a"=hex(3):${chunks(
            [...longZip(needle)].map((byte) => `${hex(byte)},`).join(''),
            75,
          )
            .join('\\\r\n  ')
            .replace(/,$/, '')}\r\n`,
        ),
      ),
    text,
  );
  file('csv-cell', (needle) => `id,name,content\n1,"a.zip","${base64(longZip(needle))}"\n2,b,c\n`);
  file('ssh-key-line', (needle) => `ssh-rsa ${base64(longZip(needle))} user@host\n`);
  file(
    'form-data-alone',
    (needle) =>
      `--X\r\nContent-Disposition: form-data; name="f"; filename="a.com"\r\nContent-Type: application/octet-stream\r\n\r\n${needle.toString('latin1')}\r\n--X--\r\n`,
  );
});

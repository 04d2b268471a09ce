import { bytes, noise, replaced } from '../layouts/byte-layout.js';
import { base64Lines, attachment, multipart, named, versionLine } from '../layouts/mail-layout.js';
import { plainPdf } from '../layouts/pdf-layout.js';
import { zipOf } from '../layouts/zip-layout.js';
import { madeBy } from '../making/run-tool.js';
import {
  type CleanContent,
  type MailShape,
  head,
  plain,
  png,
  shape,
  usual,
  withHeaders,
} from './mail-shape.js';

const key = 'openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -days 30 -subj /CN=x 2>/dev/null';
const openssl =
  (script: string) =>
  (content: CleanContent): Promise<Buffer> =>
    madeBy({
      needs: ['openssl'],
      files: { m: usual(content, { mail: { head: versionLine } }) },
      script: `${key}; ${script}`,
      out: 'o',
    });
const addresses = '-from a@example.org -to b@example.org -subject x';
const gpg =
  (
    script: string,
    files: (content: CleanContent) => Record<string, Buffer | string>,
    wrap: (out: Buffer, content: CleanContent) => Buffer,
  ) =>
  async (content: CleanContent): Promise<Buffer> =>
    wrap(
      await madeBy({
        needs: ['gpg'],
        files: files(content),
        script: `mkdir -m 700 g; export GNUPGHOME=$PWD/g; gpg -q --batch --pinentry-mode loopback --passphrase "" --quick-gen-key a@example.org rsa2048 2>/dev/null; ${script}; gpgconf --kill gpg-agent`,
        out: 'o',
      }),
      content,
    );

/** Those that the issue names: each once went wrong somewhere. */
export const onceHeldMails: readonly MailShape[] = [
  shape('MIME-Version twice', withHeaders('MIME-Version: 1.0\r\n')),
  shape('Cc twice', withHeaders('Cc: a@b.example\r\nCc: c@d.example\r\n')),
  shape('Content-Type twice, the same', (content) =>
    usual(content, {
      mail: {
        typeLine:
          'Content-Type: multipart/mixed; boundary="b1"\r\nContent-Type: multipart/mixed; boundary="b1"\r\n',
      },
    }),
  ),
  shape('line feeds alone', (content) => replaced(usual(content), '\r\n', '\n')),
  shape('8-bit bytes under 7bit', ({ name, bytes: content, text }) =>
    multipart([
      `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${text} \xc3\xa4\r\n`,
      attachment(content, named(name)),
    ]),
  ),
  shape('no end boundary, leaves whole', (content) => usual(content, { mail: { hasEnd: false } })),
  shape('a list’s footer behind base64', ({ name, bytes: content, text }) =>
    multipart([
      plain(text),
      attachment(content, {
        ...named(name),
        encoded: `${base64Lines(content)}_______________________________________________\r\nlist mailing list\r\nlist@example.org\r\n`,
      }),
    ]),
  ),
  shape('lines above 998 bytes', ({ text }) => bytes(head, plain(text), 'x'.repeat(5000), '\r\n')),
  shape('a bounce with a cut mail', (content) =>
    multipart(
      [
        plain('delivery failed'),
        'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n',
        bytes(
          'Content-Type: message/rfc822\r\n\r\n',
          usual(content, { mail: { boundary: 'orig' } }).subarray(0, 600),
        ),
      ],
      { subtype: 'report' },
    ),
  ),
  shape('an external body announced', ({ text }) =>
    multipart([
      plain(text),
      'Content-Type: message/external-body; access-type=URL; URL="http://x.example/a"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <x@y>\r\n\r\n',
    ]),
  ),
  shape(
    'S/MIME, signature apart',
    openssl(`openssl smime -sign -signer c -inkey k -in m -out o ${addresses}`),
  ),
  shape(
    'S/MIME, opaque-signed',
    openssl(`openssl smime -sign -nodetach -signer c -inkey k -in m -out o ${addresses}`),
  ),
  shape(
    'PGP, clear-signed',
    gpg(
      'gpg -q --batch --pinentry-mode loopback --passphrase "" --clearsign -o o t',
      ({ text }) => ({ t: Buffer.from(text, 'latin1') }),
      (out) => bytes(head, 'Content-Type: text/plain; charset=utf-8\r\n\r\n', out),
    ),
  ),
  shape(
    'PGP, a key attached',
    gpg(
      'gpg -q --armor --export >o',
      () => ({}),
      (out, { text }) => multipart([plain(text), attachment(out, named('key.asc', 'application/pgp-keys'))]),
    ),
  ),
  shape(
    'PGP/MIME, signature apart',
    gpg(
      'gpg -q --batch --pinentry-mode loopback --passphrase "" --armor --detach-sign -o o t',
      ({ text }) => ({ t: plain(text) }),
      (out, { text }) =>
        multipart(
          [plain(text), bytes('Content-Type: application/pgp-signature; name="signature.asc"\r\n\r\n', out)],
          {
            typeLine:
              'Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary="b1"\r\n',
          },
        ),
    ),
  ),
  shape('a PDF with an owner’s password only', async ({ text }) => {
    const pdf = await madeBy({
      needs: ['qpdf'],
      files: { 'i.pdf': plainPdf() },
      script: 'qpdf i.pdf --encrypt "" owner 256 -- o.pdf',
      out: 'o.pdf',
    });
    return multipart([plain(text), attachment(pdf, named('a.pdf', 'application/pdf'))]);
  }),
  shape('a zip sent 8bit', ({ text }) =>
    multipart([
      plain(text),
      attachment(png, {
        ...named('a.zip', 'application/zip'),
        encoding: '8bit',
        encoded: zipOf([['a.txt', 'hello']]),
      }),
    ]),
  ),
  shape('a zip sent binary', ({ text }) =>
    multipart([
      plain(text),
      attachment(png, {
        ...named('a.zip', 'application/zip'),
        encoding: 'binary',
        encoded: zipOf([['a.txt', 'hello']]),
      }),
    ]),
  ),
  shape('a picture with a trailer', ({ text }) =>
    multipart([plain(text), attachment(bytes(png, noise(3, 200)), named('a.png', 'image/png'))]),
  ),
  shape('a jar', ({ text }) =>
    multipart([
      plain(text),
      attachment(
        zipOf([
          ['META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\r\n'],
          ['a/B.class', '\xca\xfe\xba\xbe\0\0\x004'],
        ]),
        named('a.jar', 'application/java-archive'),
      ),
    ]),
  ),
];

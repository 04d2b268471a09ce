import { type Piece, bytes } from './byte-layout.js';

export const addressLines =
  'From: Alice <alice@example.org>\r\nTo: bob@example.com\r\nSubject: test\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n';
export const versionLine = 'MIME-Version: 1.0\r\n';
export const textPart = 'Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n';

/** Base64 in lines, as mail has it. */
export function base64Lines(content: Buffer, width = 76): string {
  return `${(content.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\r\n')}\r\n`;
}

export interface AttachmentOptions {
  readonly type?: string;
  /** Null: no header. */
  readonly encoding?: string | null;
  /** The body, when it is not base64. */
  readonly encoded?: Piece;
  /** Null: no header. */
  readonly disposition?: string | null;
  /** More header lines. */
  readonly extra?: Piece;
}

export function attachment(content: Buffer, options: AttachmentOptions = {}): Buffer {
  const {
    type = 'application/octet-stream; name="eicar.com"',
    encoding = 'base64',
    disposition = 'attachment; filename="eicar.com"',
  } = options;
  return bytes(
    `Content-Type: ${type}\r\n`,
    encoding === null ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`,
    disposition === null ? '' : `Content-Disposition: ${disposition}\r\n`,
    ...[options.extra ?? '', '\r\n', options.encoded ?? base64Lines(content)],
  );
}

/** An attachment by its file name alone. */
export const named = (name: string, type = 'application/octet-stream'): AttachmentOptions => ({
  type: `${type}; name="${name}"`,
  disposition: `attachment; filename="${name}"`,
});

export interface MultipartOptions {
  readonly boundary?: string;
  readonly subtype?: string;
  /** The whole header line, when it is not the usual one. */
  readonly typeLine?: string;
  readonly head?: Piece;
  readonly hasEnd?: boolean;
  readonly preamble?: Piece;
  readonly epilogue?: Piece;
}

export function multipart(parts: readonly Piece[], options: MultipartOptions = {}): Buffer {
  const { boundary = 'b1', subtype = 'mixed', head = addressLines + versionLine, hasEnd = true } = options;
  const typeLine = options.typeLine ?? `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n`;
  const body = parts.map((part) => {
    const piece = bytes(part);
    return bytes(`--${boundary}\r\n`, piece, piece.subarray(-2).equals(Buffer.from('\r\n')) ? '' : '\r\n');
  });
  const end = hasEnd ? `--${boundary}--\r\n` : '';
  return bytes(head, typeLine, '\r\n', options.preamble ?? '', ...body, end, options.epilogue ?? '');
}

/** A text and an attachment. */
export const mailWith = (
  content: Buffer,
  options: AttachmentOptions = {},
  mail: MultipartOptions = {},
): Buffer => multipart([textPart, attachment(content, options)], mail);

export function quotedPrintable(content: Buffer): string {
  const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const first = [...content.subarray(0, 34)].map((byte, index) =>
    index % 3 === 0 || byte === 61 ? hex(byte) : String.fromCharCode(byte),
  );
  return `${first.join('')}=\r\n${[...content.subarray(34)].map(hex).join('')}=\r\n`;
}

function uuLine(line: Buffer): string {
  const sixBits = (value: number): string => (value === 0 ? '`' : String.fromCharCode(value + 32));
  let out = sixBits(line.length);
  for (let at = 0; at < line.length; at += 3) {
    const [one = 0, two = 0, three = 0] = line.subarray(at, at + 3);
    out += [one >> 2, ((one & 3) << 4) | (two >> 4), ((two & 15) << 2) | (three >> 6), three & 63]
      .map(sixBits)
      .join('');
  }
  return out;
}

export function uuencoded(content: Buffer, name = 'eicar.com', newline = '\r\n'): string {
  const lines = Array.from({ length: Math.ceil(content.length / 45) }, (_, index) =>
    uuLine(content.subarray(index * 45, index * 45 + 45)),
  );
  return [`begin 644 ${name}`, ...lines, '`', 'end', ''].join(newline);
}

export function binHex(content: Buffer, name = 'eicar.com'): Buffer {
  const checksum = (piece: Buffer): Buffer => {
    let sum = 0;
    for (const byte of [...piece, 0, 0])
      for (let bit = 7; bit >= 0; bit -= 1) {
        const carry = sum & 0x8000;
        sum = ((sum << 1) | ((byte >> bit) & 1)) & 0xffff;
        if (carry !== 0) sum ^= 0x1021;
      }
    return Buffer.from([sum >> 8, sum & 255]);
  };
  const size = Buffer.alloc(10);
  size.writeUInt32BE(content.length, 2);
  const head = bytes([name.length], name, '\0TEXTttxt', size);
  const raw = bytes(head, checksum(head), content, checksum(content), checksum(Buffer.alloc(0)));
  const alphabet = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
  const escaped = [...raw].flatMap((byte) => (byte === 0x90 ? [0x90, 0] : [byte]));
  const bits = escaped.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const symbols = (bits.match(/.{1,6}/g) ?? []).map(
    (group) => alphabet[parseInt(group.padEnd(6, '0'), 2)] ?? '',
  );
  const lines = `:${symbols.join('')}:`.match(/.{1,64}/g) ?? [];
  return bytes('(This file must be converted with BinHex 4.0)\r\n\r\n', lines.join('\r\n'), '\r\n');
}

/** A mail as Outlook sends it in winmail.dat ([MS-OXTNEF]): one attachment. */
export function tnef(content: Buffer, name = 'eicar.com'): Buffer {
  const attribute = (level: number, id: number, piece: Piece): Buffer => {
    const data = bytes(piece);
    const words = Buffer.alloc(8);
    words.writeUInt32LE(id, 0);
    words.writeUInt32LE(data.length, 4);
    const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0);
    return bytes([level], words, data, [sum & 255, sum >> 8]);
  };
  return bytes(
    [0x78, 0x9f, 0x3e, 0x22, 1, 0],
    attribute(1, 0x00089006, [0, 0, 1, 0]),
    attribute(1, 0x00078008, 'IPM.Microsoft Mail.Note\0'),
    attribute(2, 0x00069002, `\x01\0${'\xff'.repeat(4)}${'\0'.repeat(8)}`),
    attribute(2, 0x00018010, `${name}\0`),
    attribute(2, 0x0006800f, content),
  );
}

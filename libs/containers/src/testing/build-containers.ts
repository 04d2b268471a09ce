import { deflateRawSync, crc32 } from 'node:zlib';

/** Containers made in memory for tests. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

export function buildZip(files: readonly NamedBytes[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name, 'utf8');
    const packed = deflateRawSync(file.bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(file.bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(file.bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const version = Buffer.from([20, 0]);
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), version, fields, rest, name);
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

export function buildTar(files: readonly NamedBytes[]): Buffer {
  const blocks = files.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A mail with a text body and attachments in base64. */
export function buildMail(attachments: readonly NamedBytes[], body = 'see the attachment'): Buffer {
  const parts = attachments.map(({ name, bytes }) =>
    [
      '--limit',
      `Content-Type: ${name.endsWith('.eml') ? 'message/rfc822' : 'application/octet-stream'}; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n'),
    ].join('\r\n'),
  );
  const head = [
    'From: "A Sender" <sender@example.com>',
    'To: one@example.com, Two <two@example.com>',
    'Subject: =?utf-8?B?w6TDtsO8?=',
    'Message-ID: <id@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="limit"',
  ];
  const text = ['--limit', 'Content-Type: text/plain; charset=utf-8', '', body];
  return Buffer.from([...head, '', ...text, ...parts, '--limit--', ''].join('\r\n'));
}

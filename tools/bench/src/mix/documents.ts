import { deflateSync, gzipSync } from 'node:zlib';
import {
  buildCompoundFile,
  buildMail,
  buildTar,
  buildZip,
  type NamedBytes,
} from '@sluice/containers/testing';
import type { SeededBytes } from '../seeded-bytes.js';

const words =
  'the quick brown fox jumps over lazy dogs and never looks back at what it left behind on its way to the office'.split(
    ' ',
  );

/** Makers of what the mix holds, of about a size in bytes, with new bytes in every part. */
export class Documents {
  private readonly prose: string;

  constructor(private readonly source: SeededBytes) {
    let prose = '';
    while (prose.length < 64 * 1024) prose += `${source.pick(words)}${source.below(12) === 0 ? '. ' : ' '}`;
    this.prose = prose;
  }

  text(sizeBytes: number): string {
    const lines: string[] = [];
    for (let length = 0; length < sizeBytes; length += lines.at(-1)?.length ?? 0) {
      const at = this.source.below(this.prose.length - 400);
      lines.push(
        `${this.source.take(4).toString('hex')} ${this.prose.slice(at, at + 80 + this.source.below(320))}\n`,
      );
    }
    return lines.join('').slice(0, sizeBytes);
  }

  png(sizeBytes: number): Buffer {
    const head = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
    const data = this.source.take(sizeBytes);
    const chunk = Buffer.alloc(8);
    chunk.writeUInt32BE(data.length, 0);
    chunk.write('IDAT', 4);
    return Buffer.concat([
      head,
      chunk,
      data,
      Buffer.alloc(4),
      Buffer.from('0000000049454e44ae426082', 'hex'),
    ]);
  }

  jpeg(sizeBytes: number): Buffer {
    const head = Buffer.from('ffd8ffe000104a46494600010100000100010000ffda0008010100003f00', 'hex');
    // In what is compressed a marker's first byte stands for itself only with a zero behind it.
    const data = this.source.take(sizeBytes);
    for (let at = data.indexOf(0xff); at >= 0; at = data.indexOf(0xff, at + 1)) data[at] = 0xfe;
    return Buffer.concat([head, data, Buffer.from('ffd9', 'hex')]);
  }

  /** A third text, the rest one picture a page. */
  pdf(sizeBytes: number): Buffer {
    const text = deflateSync(this.text(Math.max(400, sizeBytes)));
    const picture = this.jpeg(Math.max(100, sizeBytes - text.length));
    const stream = (extra: string, bytes: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(`<< /Length ${bytes.length} ${extra} >>\nstream\n`),
        bytes,
        Buffer.from('\nendstream'),
      ]);
    const objects = [
      Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
      Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
      Buffer.from(
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>',
      ),
      stream('/Filter /FlateDecode', text),
      stream('/Type /XObject /Subtype /Image /Width 9 /Height 9 /Filter /DCTDecode', picture),
    ];
    const pieces: Buffer[] = [];
    const offsets: number[] = [];
    let at = 0;
    const add = (piece: Buffer): void => {
      pieces.push(piece);
      at += piece.length;
    };
    add(Buffer.from('%PDF-1.4\n'));
    objects.forEach((object, index) => {
      offsets.push(at);
      add(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]));
    });
    const start = at;
    const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    add(
      Buffer.from(
        `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
      ),
    );
    return Buffer.concat(pieces);
  }

  /** Text of a document, which shrinks to a third or less, and pictures. */
  docx(sizeBytes: number): Buffer {
    const document = Buffer.from(
      `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${this.text(Math.max(500, sizeBytes))}</w:t></w:r></w:p></w:body></w:document>`,
    );
    return buildZip([
      ...office('word/document.xml', 'wordprocessingml.document.main'),
      { name: 'word/document.xml', bytes: document },
      { name: 'word/media/image1.png', bytes: this.png(Math.max(100, Math.floor(sizeBytes * 0.6))) },
    ]);
  }

  xlsx(sizeBytes: number): Buffer {
    const values = this.source.take(Math.ceil(sizeBytes / 3) + 3).toString('hex');
    const cells = values.replace(/.{6}/g, '<c><v>$&</v></c>');
    const sheet = Buffer.from(
      `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>${cells}</row></sheetData></worksheet>`,
    );
    return buildZip([
      ...office('xl/workbook.xml', 'spreadsheetml.sheet.main'),
      { name: 'xl/worksheets/sheet1.xml', bytes: sheet },
    ]);
  }

  /** The format of Office before 2007. */
  doc(sizeBytes: number): Buffer {
    return buildCompoundFile({
      WordDocument: Buffer.from(this.text(Math.max(600, Math.floor(sizeBytes * 0.6)))),
      '1Table': this.source.take(Math.max(600, Math.floor(sizeBytes * 0.4))),
    });
  }

  zip(sizeBytes: number): Buffer {
    return buildZip(this.files(sizeBytes));
  }

  tarGz(sizeBytes: number): Buffer {
    return gzipSync(buildTar(this.files(sizeBytes)));
  }

  /** From 6 KB on with attachments: one to four of what people attach. */
  mail(sizeBytes: number): Buffer {
    // A mail has one kind of line break: with two, mail servers mend it or send it back.
    const text = (bytes: number): string => this.text(bytes).replaceAll('\n', '\r\n');
    const body = text(Math.min(1500, Math.floor(sizeBytes / 2)));
    if (sizeBytes < 6000) return buildMail([], text(sizeBytes - 500));
    const count = 1 + this.source.below(4);
    // Base64 takes a third more.
    const each = Math.floor(((sizeBytes - body.length) / count) * 0.73);
    const kinds = ['pdf', 'png', 'jpeg', 'docx', 'xlsx', 'zip'] as const;
    const attachments = Array.from({ length: count }, (_, index): NamedBytes => {
      const kind = this.source.pick(kinds);
      return { name: `${index}.${kind}`, bytes: this[kind](each) };
    });
    return buildMail(attachments, body);
  }

  /** Two texts and one of bytes that do not shrink. */
  private files(sizeBytes: number): NamedBytes[] {
    return [
      { name: 'read-me.txt', bytes: Buffer.from(this.text(Math.max(200, sizeBytes))) },
      {
        name: 'notes.html',
        bytes: Buffer.from(`<html><body><p>${this.text(Math.max(200, sizeBytes / 2))}</p></body></html>`),
      },
      { name: 'data.bin', bytes: this.source.take(Math.max(100, Math.floor(sizeBytes * 0.4))) },
    ];
  }
}

/** What makes an Office file of a zip. */
function office(part: string, type: string): NamedBytes[] {
  return [
    {
      name: '[Content_Types].xml',
      bytes: Buffer.from(
        `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/></Types>`,
      ),
    },
    {
      name: '_rels/.rels',
      bytes: Buffer.from(
        `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${part}"/></Relationships>`,
      ),
    },
  ];
}

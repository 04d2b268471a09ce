import { type Piece, bytes } from './byte-layout.js';

const header = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';

export function pdfOf(objects: readonly Piece[], trailer = ''): Buffer {
  let body = bytes(header);
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body = bytes(body, `${index + 1} 0 obj\n`, object, '\nendobj\n');
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return bytes(
    body,
    `xref\n0 ${size}\n0000000000 65535 f \n${rows}`,
    `trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${body.length}\n%%EOF\n`,
  );
}

export const pdfStream = (content: Buffer, entries = ''): Buffer =>
  bytes(`<< /Length ${content.length} ${entries} >>\nstream\n`, content, '\nendstream');

export const pages = [
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>',
] as const;

export const plainPdf = (): Buffer => pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', ...pages]);

/** A PDF with one file attached, its stream encoded as given. */
export function pdfWithFile(encoded: Buffer, filter = ''): Buffer {
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(eicar.com) 4 0 R] >> >> >>',
    ...pages,
    '<< /Type /Filespec /F (eicar.com) /EF << /F 5 0 R >> >>',
    pdfStream(encoded, `/Type /EmbeddedFile ${filter}`),
  ]);
}

/** ASCII85 without its end mark (PDF 32000-1, 7.4.3). */
export function ascii85(content: Buffer): Buffer {
  const out: number[] = [];
  for (let at = 0; at < content.length; at += 4) {
    const group = content.subarray(at, at + 4);
    let value = bytes(group, Buffer.alloc(4 - group.length)).readUInt32BE(0);
    if (value === 0 && group.length === 4) {
      out.push(0x7a);
      continue;
    }
    const digits: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      digits.unshift((value % 85) + 33);
      value = Math.floor(value / 85);
    }
    out.push(...digits.slice(0, group.length + 1));
  }
  return Buffer.from(out);
}

import { randomBytes } from 'node:crypto';
import { buildMail, buildZip } from '@sluice/containers/testing';

const words = 'the quick brown fox jumps over lazy dogs and never looks back at what it left behind'.split(
  ' ',
);
let made = 0;

/** A mail as they come in: two to six parts, 20 to 200 KB: text and some of PDF, picture, zip and page. No two are equal. */
export function ordinaryMail(): Buffer {
  made += 1;
  const count = 1 + (made % 5);
  // Base64 takes a third more.
  const bytes = ((20_000 + ((made * 7919) % 180_000)) / count) * 0.7;
  const attachments = Array.from({ length: count }, (_, index) =>
    attachment(made + index, Math.floor(bytes)),
  );
  return buildMail(attachments, text(1500));
}

function attachment(kind: number, sizeBytes: number): { name: string; bytes: Buffer } {
  switch (kind % 4) {
    case 0:
      return { name: `${kind}.pdf`, bytes: pdf(sizeBytes) };
    case 1:
      return { name: `${kind}.png`, bytes: png(sizeBytes) };
    case 2:
      return { name: `${kind}.zip`, bytes: buildZip([{ name: `${kind}.txt`, bytes: textOf(sizeBytes) }]) };
    default:
      return {
        name: `${kind}.html`,
        bytes: Buffer.from(`<html><body><p>${text(sizeBytes)}</p></body></html>`),
      };
  }
}

function text(length: number): string {
  let all = `${made} `;
  while (all.length < length) all += `${words[Math.floor(Math.random() * words.length)] ?? ''} `;
  return all;
}

const textOf = (length: number): Buffer => Buffer.from(text(length));

function png(sizeBytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
  const data = randomBytes(sizeBytes);
  const chunk = Buffer.alloc(8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write('IDAT', 4);
  return Buffer.concat([head, chunk, data, Buffer.alloc(4), Buffer.from('0000000049454e44ae426082', 'hex')]);
}

/** One page and a stream that is not compressed. */
function pdf(sizeBytes: number): Buffer {
  const stream = text(sizeBytes);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + xref + trailer, 'latin1');
}

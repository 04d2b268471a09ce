import { randomUUID } from 'node:crypto';
import { cleanText } from '@sluice/contracts';
import type { SpooledObject } from '../spool-objects/spooled-object.js';

export interface FormField {
  readonly name: string;
  readonly value: string;
}

export interface MultipartForm {
  readonly contentType: string;
  readonly sizeBytes: number;
  read(): AsyncGenerator<Buffer>;
}

/** Fields longer than what a gateway takes are cut: an envelope is shown, not acted on. */
const maxFieldBytes = 4096;

/** The body of POST /scans, to be read as often as it takes. */
export function multipartForm(
  fields: readonly FormField[],
  { content, filename }: { readonly content: SpooledObject; readonly filename: string },
): MultipartForm {
  const boundary = `sluice-${randomUUID()}`;
  const lines = fields.map(
    ({ name, value }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${cut(value)}\r\n`,
  );
  const head = Buffer.from(
    `${lines.join('')}--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${quotable(filename)}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: head.length + content.sizeBytes + tail.length,
    read: async function* () {
      yield head;
      yield* content.read();
      yield tail;
    },
  };
}

const cut = (value: string): string => cleanText(value, maxFieldBytes);

/** As browsers do it: a name may not end its quotes or its line. */
const quotable = (name: string): string =>
  name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');

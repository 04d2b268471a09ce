export interface Field {
  readonly name: string;
  readonly value: string | Buffer;
  readonly filename?: string;
  readonly headers?: readonly string[];
}

export const boundary = 'sluice-test-boundary';

/** A multipart/form-data body with the parts in the given order. */
export function multipartBody(fields: readonly Field[]): Buffer {
  const parts = fields.flatMap(({ name, value, filename, headers = [] }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"`,
    ...headers.map((header) => `\r\n${header}`),
    '\r\n\r\n',
    value,
    '\r\n',
  ]);
  return Buffer.concat([...parts, `--${boundary}--\r\n`].map((part) => Buffer.from(part)));
}

export const multipartHeader = `Content-Type: multipart/form-data; boundary=${boundary}`;

import { bytes, canary, request } from '../attack.js';

/** The base path of the system the attacks are made for. */
export const base = '/kata/scanner/v1/sensors/fuzz-attacker';
export const boundary = 'sluiceFuzz';
export const formType = `Content-Type: multipart/form-data; boundary=${boundary}`;
export const host = 'Host: gateway';

export const field = (name: string, value: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
export const object = (content = `harmless ${canary}`): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${canary}"\r\n\r\n${content}\r\n`;
export const lastBoundary = `--${boundary}--\r\n`;

export const form = (scanId: string): string => field('scanId', scanId) + object() + lastBoundary;

/** A POST of any body, with its length. */
export function post(body: string | Buffer, headers: readonly string[] = [], type = formType): Buffer {
  const whole = typeof body === 'string' ? bytes(body) : body;
  return request(
    `POST ${base}/scans HTTP/1.1`,
    [host, type, ...headers, `Content-Length: ${whole.length}`],
    whole,
  );
}

export const get = (target: string, headers: readonly string[] = []): Buffer =>
  request(`GET ${target} HTTP/1.1`, [host, ...headers]);

export const chunked = (body: string): string =>
  `${Buffer.byteLength(body, 'latin1').toString(16)}\r\n${body}\r\n0\r\n\r\n`;

import type { ContainerDetection } from '../../container-format.js';

const responseLine = /^HTTP\/[123](?:\.\d)? \d{3}\b/;
const requestLine = /^(?:POST|PUT|PATCH) \S{1,8000} HTTP\/[123](?:\.\d)?\r?\n/;

/** A message of HTTP as programs that record the Web keep it: fields, then a file. */
export const httpDetection = {
  name: 'http',
  nature: 'document',
  detect: (bytes) =>
    responseLine.test(bytes.toString('latin1', 0, 16)) || requestLine.test(bytes.toString('latin1', 0, 8192))
      ? { mime: 'application/http', isCertain: false }
      : null,
} as const satisfies ContainerDetection;

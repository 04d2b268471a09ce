import type { ContainerDetection } from '../../container-format.js';
import { marksIn } from '../../marks-in.js';
import { knownPlainType } from '../../plain-type.js';
import { fileMarks } from '../markup/file-marks.js';

const headBytes = 4096;
const media = /^(?:image|video|audio|application\/ogg)/;
export const wideMarks = fileMarks.map((mark) => Buffer.from(mark.toString('latin1'), 'utf16le'));
const [hasMark, hasWideMark] = [marksIn(fileMarks), marksIn(wideMarks)];

/** Base64 of files that a program, a document's stream or a class has as text among its own bytes, in UTF-16 too. */
export const textInBinaryDetection = {
  name: 'text-in-binary',
  nature: 'document',
  detect(bytes, before: readonly string[] = []) {
    if (before.some((name) => name !== 'carved')) return null;
    if (!/[\0-\x08\x0e-\x1a]/.test(bytes.toString('latin1', 0, headBytes))) return null;
    if (media.test(knownPlainType(bytes) ?? '')) return null;
    return hasMark(bytes) || hasWideMark(bytes)
      ? { mime: 'application/octet-stream', isCertain: false, isBehind: true }
      : null;
  },
} as const satisfies ContainerDetection;

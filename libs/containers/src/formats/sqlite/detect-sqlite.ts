import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { readHeader } from './sqlite-pages.js';

export const sqliteDetection = {
  name: 'sqlite',
  nature: 'document',
  detect: (bytes) =>
    bytes.length >= 512 && hasAt(bytes, 0, 'SQLite format 3\0') && readHeader(bytes) !== null
      ? { mime: 'application/vnd.sqlite3', isCertain: true }
      : null,
} as const satisfies ContainerDetection;

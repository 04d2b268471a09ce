import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertCardSchema, alertRowSchema } from '@sluice/console-api';

/** Fields that no page has to show, and why. */
const notShown: Readonly<Record<string, string>> = {
  changedAt: 'each change stands on the card with its time',
};

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => /\.tsx?$/.test(name) && !name.includes('.spec.'));
const source = files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');
const isRead = (field: string): boolean => new RegExp(`[.{,]\\s*${field}\\b`).test(source);

describe('the pages of alerts', () => {
  const fields = new Set([alertRowSchema, alertCardSchema].flatMap(({ shape }) => Object.keys(shape)));

  it.each([...fields].filter((field) => !(field in notShown)))('show %s', (field) => {
    expect({ field, isRead: isRead(field) }).toEqual({ field, isRead: true });
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Ports that stand in the guides. */
const documentedPorts = { clamd: 3310, milter: 8891 } as const;

export interface Ports {
  readonly clamd: number;
  readonly milter: number;
}

/**
 * The block of a guide that has `<!-- test: NAME -->` above it, with this system's ports: what an operator pastes is what
 * is tried.
 */
export function documentedLines(text: string, name: string, ports: Ports): string {
  const start = text.indexOf(`<!-- test: ${name} -->`);
  const block = start < 0 ? null : /^<!--[^\n]*\n+```\w*\n([^]*?)^```$/m.exec(text.slice(start));
  if (block === null || block.index !== 0) throw new Error(`No block "${name}" in the guide.`);
  const lines = block[1] ?? '';
  return lines
    .replaceAll(new RegExp(`\\b${documentedPorts.clamd}\\b`, 'g'), String(ports.clamd))
    .replaceAll(new RegExp(`\\b${documentedPorts.milter}\\b`, 'g'), String(ports.milter));
}

export const readGuide = (root: string, name: 'clamd.md' | 'mail.md'): string =>
  readFileSync(path.join(root, 'docs', name), 'utf8');

/** `NAME=value` lines, as an environment. */
export function variablesOf(lines: string): Record<string, string> {
  const found = lines.split('\n').flatMap((line): [string, string][] => {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? '']];
  });
  return Object.fromEntries(found);
}

import { closeSync, fstatSync, openSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface RuleFile {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  readonly text: string;
}

export interface RuleFiles {
  readonly files: RuleFile[];
  /** One line each, with the file's name. */
  readonly problems: string[];
}

const maxFiles = 10_000;
const maxFileBytes = 16 * 1024 * 1024;
const maxTotalBytes = 256 * 1024 * 1024;

const isRuleFile = (name: string): boolean => /\.(yar|yara)$/i.test(name);

/** `*.yar` and `*.yara` in a folder and below, in order of their names. Hidden files and folders are left out. */
export function readRuleFiles(folder: string): RuleFiles {
  const files: RuleFile[] = [];
  const problems: string[] = [];
  let totalBytes = 0;
  for (const name of listRuleFiles(folder, problems)) {
    const read = readBounded(path.join(folder, name));
    if ('problem' in read) {
      problems.push(`${name}: ${read.problem}`);
      continue;
    }
    totalBytes += read.text.length;
    if (totalBytes > maxTotalBytes) {
      problems.push(`${name}: the rules are larger than ${maxTotalBytes} bytes in all`);
      break;
    }
    files.push({ name, text: read.text });
  }
  return { files, problems };
}

function listRuleFiles(folder: string, problems: string[]): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.split(path.sep).join('/'))
      .filter((name) => isRuleFile(name) && !name.split('/').some((part) => part.startsWith('.')))
      .sort();
    if (names.length > maxFiles) problems.push(`more than ${maxFiles} rule files`);
    return names.slice(0, maxFiles);
  } catch (error) {
    problems.push(`the rules folder cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
    return [];
  }
}

function readBounded(file: string): { text: string } | { problem: string } {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const found = fstatSync(descriptor);
      if (!found.isFile()) return { problem: 'is not a file' };
      if (found.size > maxFileBytes) return { problem: `is larger than ${maxFileBytes} bytes` };
      return { text: readFileSync(descriptor, 'utf8') };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return { problem: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}` };
  }
}

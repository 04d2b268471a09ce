import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from './command.errors.js';

const maxPasswords = 20;
const maxPasswordBytes = 256;

/** One password a line, of a file or (`-`) of standard input: arguments of a command are there for every process to read. */
export function readPasswords(name: string | undefined, from: string): string[] {
  if (name === undefined) return [];
  const passwords = textOf(name, from)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  if (passwords.length === 0) throw new CommandError(`${name} holds no password.`, 'Write one on each line.');
  if (passwords.length > maxPasswords)
    throw new CommandError(`${name} holds more than ${maxPasswords} passwords.`);
  if (passwords.some((one) => Buffer.byteLength(one) > maxPasswordBytes))
    throw new CommandError(`${name} holds a password of more than ${maxPasswordBytes} bytes.`);
  return passwords;
}

function textOf(name: string, from: string): string {
  try {
    return readFileSync(name === '-' ? 0 : path.resolve(from, name), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CommandError(`The passwords in ${name} cannot be read (${code}).`);
  }
}

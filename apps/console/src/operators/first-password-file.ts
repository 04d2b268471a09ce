import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@sluice/runtime';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConsoleConfig } from '../console.config.js';
import { configToken, loggerToken } from '../connections/connection-tokens.js';

/** Writes `text` where only this user can read it, whole or not at all. */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

/** Null when it isn't there. */
export async function readOptionalFile(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Holds the first administrator's password until it is changed. */
@Injectable()
export class FirstPasswordFile {
  private readonly path: string;

  constructor(
    @Inject(configToken) config: Pick<ConsoleConfig, 'ADMIN_PASSWORD_FILE'>,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    this.path = config.ADMIN_PASSWORD_FILE;
  }

  async readOr(make: () => string): Promise<string> {
    const given = await readOptionalFile(this.path);
    if (given !== null && given !== '') return given;
    const made = make();
    await writePrivateFile(this.path, `${made}\n`);
    return made;
  }

  /** A secret mounted read-only stays; it opens nothing any more. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true }).catch((err: unknown) =>
      this.logger.warn({ err }, 'the first password is no longer valid, but its file could not be removed'),
    );
  }
}

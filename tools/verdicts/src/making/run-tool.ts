import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '@sluice/private-servers';
import { type ToolName, tools } from './tools.js';

/** A kind needs a program that is not on this machine. */
export class ToolMissing extends Error {
  override readonly name = 'ToolMissing';

  constructor(readonly tool: ToolName) {
    super(`needs ${tool} (${tools[tool]})`);
  }
}

/** It is there, and did not do what it is asked here: another version of it, most likely. */
export class ToolFailed extends Error {
  override readonly name = 'ToolFailed';
}

const timeoutMs = 300_000;

export interface ToolCall {
  readonly needs: readonly ToolName[];
  /** Files of a new folder, by name; the folder is where the script runs. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** For sh; stops at the first command that fails. */
  readonly script: string;
  /** The file that it made. */
  readonly out: string;
}

/** What a Debian tool makes of some files. Rejects ToolMissing. */
export async function madeBy({ needs, files = {}, script, out }: ToolCall): Promise<Buffer> {
  const missing = needs.find((tool) => findProgram(tool) === null);
  if (missing !== undefined) throw new ToolMissing(missing);
  const folder = await mkdtemp(path.join(tmpdir(), 'verdicts-tool-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    await runScript(script, folder);
    return await readFile(path.join(folder, out));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runScript(script: string, folder: string): Promise<void> {
  const env = {
    PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    SOURCE_DATE_EPOCH: '1700000000',
    TZ: 'UTC',
  };
  return new Promise((resolve, reject) => {
    const child = execFile(
      'sh',
      ['-ec', script],
      { cwd: folder, env, timeout: timeoutMs, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) resolve();
        else
          reject(
            new ToolFailed(`${script.slice(0, 200)}: ${(stderr || stdout || error.message).slice(-300)}`, {
              cause: error,
            }),
          );
      },
    );
    // One that reads what it is not given would wait for ever.
    child.stdin?.end();
  });
}

import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from './command.errors.js';

/** What one call sends. */
export interface FoundFiles {
  /** As they are shown: below the name they were given by. */
  readonly files: readonly string[];
  /** What is not sent, and why. */
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

const maxFiles = 10_000;
const maxDepth = 64;

/** Files named, and all files in folders named. Links in folders are not followed. Throws CommandError above the bounds. */
export function findFiles(names: readonly string[], from: string): FoundFiles {
  const search = new FileSearch(from);
  for (const name of names) search.add(name);
  return search;
}

class FileSearch implements FoundFiles {
  readonly files: string[] = [];
  readonly leftOut: { file: string; reason: string }[] = [];

  constructor(private readonly from: string) {}

  add(name: string): void {
    // What cannot be read is said when it is sent, file by file.
    if (statSync(this.placeOf(name), { throwIfNoEntry: false })?.isDirectory() !== true) {
      this.take(name);
      return;
    }
    const before = this.files.length + this.leftOut.length;
    this.addFolder(name, { root: realpathSync(this.placeOf(name)), depth: 0 });
    if (this.files.length + this.leftOut.length === before) this.leave(name, 'holds no files');
  }

  private addFolder(name: string, at: { readonly root: string; readonly depth: number }): void {
    if (at.depth > maxDepth) return this.leave(name, `lies deeper than ${maxDepth} folders`);
    for (const entry of this.entriesOf(name)) {
      const inside = path.join(name, entry);
      const found = lstatSync(this.placeOf(inside), { throwIfNoEntry: false });
      if (found?.isDirectory() === true) this.addFolder(inside, { ...at, depth: at.depth + 1 });
      else if (found?.isSymbolicLink() === true) this.addLink(inside, at.root);
      else if (found?.isFile() === true) this.take(inside);
      else if (found !== undefined) this.leave(inside, 'is no file: a device, a pipe or a socket');
    }
  }

  /** Where it leads within the folder is scanned by itself. */
  private addLink(name: string, root: string): void {
    const target = targetOf(this.placeOf(name));
    if (target === null) return this.leave(name, 'a link to nothing');
    const isInside = target === root || target.startsWith(`${root}${path.sep}`);
    if (!isInside) this.leave(name, 'a link out of the folder, not followed');
  }

  private entriesOf(name: string): string[] {
    try {
      return readdirSync(this.placeOf(name)).sort();
    } catch (error) {
      this.leave(name, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
      return [];
    }
  }

  private take(name: string): void {
    this.files.push(name);
    if (this.files.length > maxFiles)
      throw new CommandError(`These are more than ${maxFiles} files.`, 'Name smaller folders.');
  }

  private leave(file: string, reason: string): void {
    this.leftOut.push({ file, reason });
  }

  private placeOf(name: string): string {
    return path.resolve(this.from, name);
  }
}

function targetOf(link: string): string | null {
  try {
    return realpathSync(link);
  } catch {
    return null;
  }
}

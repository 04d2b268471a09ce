import { type Place, closeNow, openFile, readAt } from './object-file.js';

/** The objects of a group are read within moments of each other; deleted bytes stay on disk no longer than this. */
const keepMs = 1000;
const maxOpen = 16;

interface OpenGroup {
  readonly file: Promise<number>;
  /** Who reads from it now: it is closed by the last of them, and never under one. */
  readers: number;
  closing: NodeJS.Timeout | null;
}

/**
 * Group files, open for as long as others of their objects are likely to be read: of each object's two hand-overs to another
 * thread one is for opening. A file that was deleted meanwhile is read as it was: group files never change.
 */
export class KeptOpenGroups {
  private readonly groups = new Map<string, OpenGroup>();

  /** What the file has there: fewer bytes where it ends before. Rejects with the file system's error. */
  async read(path: string, place: Place): Promise<Buffer> {
    const group = this.groups.get(path) ?? this.open(path);
    group.readers += 1;
    if (group.closing !== null) clearTimeout(group.closing);
    group.closing = null;
    try {
      const bytes = await readAt(await group.file, place);
      // There is more in it where it was written: who looks again opens it again.
      if (bytes.length < place.length) this.forget(path, group);
      return bytes;
    } catch (error) {
      this.forget(path, group);
      throw error;
    } finally {
      group.readers -= 1;
      if (group.readers === 0) this.closeLater(path, group);
    }
  }

  private open(path: string): OpenGroup {
    const [oldest] = this.groups;
    if (oldest !== undefined && this.groups.size >= maxOpen) this.forget(...oldest);
    const group: OpenGroup = { file: openFile(path, 'r'), readers: 0, closing: null };
    this.groups.set(path, group);
    return group;
  }

  private closeLater(path: string, group: OpenGroup): void {
    if (this.groups.get(path) !== group) return this.close(group);
    group.closing = setTimeout(() => this.forget(path, group), keepMs);
    group.closing.unref();
  }

  /** No one else gets it. */
  private forget(path: string, group: OpenGroup): void {
    if (this.groups.get(path) === group) this.groups.delete(path);
    if (group.closing === null) return;
    clearTimeout(group.closing);
    group.closing = null;
    this.close(group);
  }

  private close(group: OpenGroup): void {
    // What was never opened need not be closed.
    group.file.then(closeNow, () => undefined);
  }

  /** Those that are being read are closed by their readers. */
  closeAll(): void {
    for (const [path, group] of this.groups) this.forget(path, group);
  }
}

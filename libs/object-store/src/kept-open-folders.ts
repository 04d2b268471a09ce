import { closeFile, openFile } from './object-file.js';

/** Folders flushed after a rename stay open: opening costs more than flushing on many file systems. */
export class KeptOpenFolders {
  private readonly folders = new Map<string, Promise<number>>();

  constructor(private readonly flushFile: (file: number) => Promise<void>) {}

  async flush(folder: string): Promise<void> {
    let opened = this.folders.get(folder);
    if (opened === undefined) {
      opened = openFile(folder, 'r');
      this.folders.set(folder, opened);
      opened.catch(() => this.folders.delete(folder));
    }
    await this.flushFile(await opened);
  }

  async close(): Promise<void> {
    const open = await Promise.allSettled(this.folders.values());
    this.folders.clear();
    await Promise.all(open.map((one) => (one.status === 'fulfilled' ? closeFile(one.value) : undefined)));
  }
}

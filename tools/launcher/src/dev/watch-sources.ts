import { watch } from 'node:fs';
import path from 'node:path';

/** An editor writes a file in several steps, and a branch that is checked out changes hundreds. */
const quietMs = 200;
const isSource = (name: string): boolean =>
  /(^|\/)(src|public|sql)\//.test(name) &&
  !/\.(spec|int-spec|e2e-spec)\.tsx?$/.test(name) &&
  !/(^|\/)dist\//.test(name);

/** Calls `onChange` with paths from the repository's root, some time after the last of them changed. */
export function watchSources(root: string, onChange: (changed: readonly string[]) => void): { stop(): void } {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    const files = [...changed];
    changed.clear();
    onChange(files);
  };
  const watchers = ['apps', 'libs'].map((folder) =>
    watch(path.join(root, folder), { recursive: true }, (_event, name) => {
      if (name === null || !isSource(name)) return;
      changed.add(`${folder}/${name}`);
      clearTimeout(timer);
      timer = setTimeout(tell, quietMs);
    }),
  );
  return {
    stop: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

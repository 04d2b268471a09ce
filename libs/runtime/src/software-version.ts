import { readFileSync } from 'node:fs';

/** Version of this software, from the package's own file: works from `src` and from `dist`. */
export const softwareVersion: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

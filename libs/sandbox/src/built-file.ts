import { fileURLToPath } from 'node:url';

/**
 * Path of a compiled module that stands beside the calling one. Child processes run JavaScript, so a caller that runs
 * from `src` (tests) gets the file in `dist`.
 */
export function builtFile(callerUrl: string, relative: string): string {
  const file = fileURLToPath(new URL(relative, callerUrl));
  const place = file.lastIndexOf('/src/');
  return callerUrl.endsWith('.ts') && place >= 0
    ? `${file.slice(0, place)}/dist/${file.slice(place + '/src/'.length)}`
    : file;
}

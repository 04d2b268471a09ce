import path from 'node:path';

/** Where the user stood: npm runs scripts in the repository, and notes the folder it was called in. */
export const standingPlace = (env: NodeJS.ProcessEnv): string => env['INIT_CWD'] ?? process.cwd();

export function homeFor(root: string, env: NodeJS.ProcessEnv): string {
  const wanted = env['SLUICE_HOME'];
  if (wanted === undefined || wanted === '') return path.join(root, '.sluice');
  return path.resolve(standingPlace(env), wanted);
}

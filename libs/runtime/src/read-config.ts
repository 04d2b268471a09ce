import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A variable is missing or wrong. `message` has one line per variable, ready for a terminal. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a service's configuration from its environment, once, by name. For secrets each `NAME` may come as
 * `NAME_FILE`, the path of a file with the value (a trailing newline is dropped). Throws ConfigError.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv = process.env,
): z.infer<z.ZodObject<Shape>> {
  const names = Object.keys(schema.shape);
  const values = Object.fromEntries(names.map((name) => [name, readVariable(name, env)]));
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => describe(issue, values)).join('\n'));
}

function readVariable(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const direct = env[name];
  if (direct !== undefined && direct !== '') return direct;
  // A name that ends in _FILE is a path itself, never the file of another one.
  const file = name.endsWith('_FILE') ? undefined : env[`${name}_FILE`];
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ConfigError(`${name}_FILE: cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

function describe(issue: z.core.$ZodIssue, values: Record<string, string | undefined>): string {
  const name = String(issue.path[0] ?? '');
  if (values[name] === undefined) return `${name} is not set. ${issue.message}`;
  return `${name} is wrong: ${issue.message}`;
}

/** Whole number from an environment variable, within bounds. */
export const envInteger = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** `true`, `1`, `yes`, `on` and their opposites. */
export const envBoolean = () => z.stringbool();
/** Comma-separated list; blanks around items and empty items are dropped. */
export const envList = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

import { ConfigError, envInteger, readConfig } from '@sluice/runtime';
import { z } from 'zod';
import { StartError } from '@sluice/private-servers';

const urlOf = (...schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => schemes.some((scheme) => text.startsWith(scheme)),
      `It must start with ${schemes.join(' or ')}.`,
    );

/** What the one-machine mode itself reads. Variables of the services are handed on (see service-environments.ts). */
export const launcherConfigSchema = z.object({
  /** The state directory; default `.sluice` in the repository. */
  SLUICE_HOME: z.string().optional(),
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: envInteger(1, 65535).default(8443),
  CONSOLE_HOST: z.string().default('127.0.0.1'),
  CONSOLE_PORT: envInteger(1, 65535).default(9443),
  /** Each of these four replaces a private server or folder by yours. */
  DATABASE_URL: urlOf('postgres://', 'postgresql://').optional(),
  AMQP_URL: urlOf('amqp://', 'amqps://').optional(),
  CLAMD_URL: urlOf('unix:', 'tcp://').optional(),
  OBJECT_STORE_URL: urlOf('file:').optional(),
});
export type LauncherConfig = z.infer<typeof launcherConfigSchema>;

export function readLauncherConfig(env: NodeJS.ProcessEnv): LauncherConfig {
  try {
    return readConfig(launcherConfigSchema, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new StartError(error.message, 'Correct it in the environment, then run the command again.');
  }
}

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

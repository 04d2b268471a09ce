import { hostname } from 'node:os';
import { z } from 'zod';
import { envInteger } from './read-config.js';

/** Variables every process of ours has. Spread into its own schema. */
export const processEnvironment = {
  MANAGEMENT_HOST: z.string().default('127.0.0.1'),
  MANAGEMENT_PORT: envInteger(0, 65535),
  /** Name of this instance in health, logs and verdicts. */
  INSTANCE: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/)
    .default(
      () =>
        `${hostname()
          .slice(0, 60)
          .replace(/[^A-Za-z0-9._-]/g, '-')}-${process.pid}`,
    ),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
} as const;

/** Those of a service, which is on the broker. */
export const serviceEnvironment = {
  AMQP_URL: z.string().regex(/^amqps?:\/\//, 'has to be an amqp:// or amqps:// address'),
  AMQP_HEARTBEAT_SECONDS: envInteger(1, 300).default(10),
  /** A file: the broker is called once it is there. For who starts both at once. */
  AMQP_AFTER: z.string().min(1).optional(),
  ...processEnvironment,
} as const;

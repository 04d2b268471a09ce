import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { gatherLines } from './gather-lines.js';

export type { Logger };

/**
 * JSON lines on standard output. Messages are static, values stand in fields. Never logged at info: names, subjects,
 * addresses from objects, secrets.
 */
export function createLogger(
  options: { service: string; instance: string; level: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { service: options.service, instance: options.instance },
    timestamp: stdTimeFunctions.isoTime,
    // The level as a word: operators read it, log systems map it.
    formatters: { level: (label: string) => ({ level: label }) },
    redact: ['password', 'token', 'authorization', 'cookie', '*.password', '*.token'],
  };
  return pino(settings, destination ?? standardOutput());
}

let output: DestinationStream | undefined;

/** One for all loggers of the process: lines keep their order. */
export function standardOutput(): DestinationStream {
  output ??= gatherLines(pino.destination({ dest: 1, minLength: 0, sync: true }));
  return output;
}

/** Nest's own messages through the same logger; its start-up chatter is debug. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...context: unknown[]) => {
      if (message instanceof Error) logger[level]({ err: message }, 'framework error');
      else logger[level]({ context: context.at(-1) }, String(message));
    };
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
  };
}

import { Inject, Injectable } from '@nestjs/common';
import type { ConsoleConfig } from '../console.config.js';
import { configToken } from '../connections/connection-tokens.js';

/**
 * `__Host-` makes browsers insist on Secure, the path `/` and no domain. The port is in the name because cookies
 * don't keep to one: two systems on one machine would sign each other out.
 */
@Injectable()
export class SessionCookie {
  readonly name: string;

  constructor(@Inject(configToken) config: Pick<ConsoleConfig, 'CONSOLE_PORT'>) {
    this.name = `__Host-sluice-${config.CONSOLE_PORT}`;
  }

  /** Value of Set-Cookie. It has no expiry of its own: it ends with the browser, or when the server says so. */
  set(value: string): string {
    return `${this.name}=${value}; Path=/; HttpOnly; Secure; SameSite=Strict`;
  }

  clear(): string {
    return `${this.set('')}; Max-Age=0`;
  }
}

export function readCookie(header: string | undefined, name: string): string | null {
  const found = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`));
  return found === undefined || found.length > name.length + 129 ? null : found.slice(name.length + 1);
}

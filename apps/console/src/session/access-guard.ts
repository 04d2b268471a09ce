import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { timingSafeEqual } from 'node:crypto';
import { forbidden, passwordChangeNeeded, unauthorized } from '../api/api.errors.js';
import { TokenStore } from '../operators/token.store.js';
import { SessionStore } from './session.store.js';
import {
  accessKey,
  addressOf,
  openBeforePasswordChangeKey,
  type Access,
  type AuthenticatedRequest,
  type Caller,
} from '../api/caller.js';
import { readCookie, SessionCookie } from './session-cookie.js';

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who is it, may they, and did their own page ask?
 *
 * | sent                       | is                                                         |
 * |----------------------------|------------------------------------------------------------|
 * | `Authorization: Bearer …`  | an API token; a cookie beside it is not looked at          |
 * | the session cookie         | an operator; a change also needs `X-CSRF-Token`            |
 * | nothing, or not valid      | 401                                                        |
 * | of one whose password someone else chose | 403 `PasswordChangeNeeded`, but where it is changed |
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionStore,
    private readonly tokens: TokenStore,
    private readonly cookie: SessionCookie,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(accessKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const caller = await this.identify(request);
    if (caller === null) throw unauthorized();
    if (caller.mustChangePassword && !this.isOpenBeforePasswordChange(context)) throw passwordChangeNeeded();
    if (access === undefined || !access.includes(caller.role))
      throw forbidden(`the role ${caller.role} may not do this`);
    checkCsrf(request, caller);
    request.caller = caller;
    return true;
  }

  private isOpenBeforePasswordChange(context: ExecutionContext): boolean {
    return this.reflector.get<true | undefined>(openBeforePasswordChangeKey, context.getHandler()) === true;
  }

  private async identify(request: AuthenticatedRequest): Promise<Caller | null> {
    const address = addressOf(request);
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(authorization)?.[1];
      return token === undefined ? null : this.tokens.identify(token, address);
    }
    const value = readCookie(request.headers.cookie, this.cookie.name);
    return value === null ? null : this.sessions.identify(value, address);
  }
}

function checkCsrf(request: AuthenticatedRequest, caller: Caller): void {
  if (caller.csrfToken === null || readingMethods.has(request.method ?? '')) return;
  const sent = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const expected = Buffer.from(caller.csrfToken);
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected))
    throw forbidden('a change needs the header X-CSRF-Token; GET /api/session tells its value');
}

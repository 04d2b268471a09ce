import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { operatorRoles, type OperatorRole } from '@sluice/contracts';
import type { IncomingMessage } from 'node:http';
import { plainAddress } from './plain-address.js';

/** Who makes this request, as the guard found out. */
export interface Caller {
  readonly kind: 'operator' | 'token';
  /** Of the operator or the token. */
  readonly id: string;
  /** As the audit log names it. */
  readonly name: string;
  readonly role: OperatorRole;
  readonly address: string;
  /** Hash of the session's id; null for a token. */
  readonly sessionHash: string | null;
  /** What `X-CSRF-Token` has to be; null for a token, which no browser sends by itself. */
  readonly csrfToken: string | null;
  /** Until the operator has chosen a password of their own, only the routes for that are open. */
  readonly mustChangePassword: boolean;
  /** Mail in quarantine, each time with a reason. Never a token: whom it would stand for in the audit log is not certain. */
  readonly canReadMail: boolean;
}

export interface AuthenticatedRequest extends IncomingMessage {
  caller?: Caller;
}

export type Access = 'public' | readonly OperatorRole[];
export const accessKey = 'sluice:access';

/** Every route says who may use it; one that doesn't is refused to everybody. */
export const OpenToAll = () => SetMetadata(accessKey, 'public' satisfies Access);
export const AllowRoles = (...roles: OperatorRole[]) => SetMetadata(accessKey, roles satisfies Access);
/** Whoever is signed in. */
export const AllowReading = () => AllowRoles(...operatorRoles);

export const openBeforePasswordChangeKey = 'sluice:open-before-password-change';
/** Also for those who have yet to change a password that someone else knows. */
export const OpenBeforePasswordChange = () => SetMetadata(openBeforePasswordChangeKey, true);

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (caller === undefined) throw new Error('a route that needs a caller must not be open to all');
  return caller;
});

/** The address the connection comes from; IPv4 also when it arrives on an IPv6 socket. */
export const CallerAddress = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  addressOf(context.switchToHttp().getRequest<IncomingMessage>()),
);

export const addressOf = (request: IncomingMessage): string =>
  plainAddress(request.socket.remoteAddress ?? '');

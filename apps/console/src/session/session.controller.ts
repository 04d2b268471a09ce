import { Body, Controller, Delete, Get, HttpCode, Post, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import {
  credentialsSchema,
  ownPasswordSchema,
  type Credentials,
  type OwnPassword,
} from '@sluice/console-api/requests';
import { forbidden } from '../api/api.errors.js';
import {
  AllowReading,
  CallerAddress,
  CurrentCaller,
  OpenBeforePasswordChange,
  OpenToAll,
  type Caller,
} from '../api/caller.js';
import { SecondFactorStore } from './second-factor/second-factor.store.js';
import { OwnPasswordService } from './own-password.service.js';
import { csrfTokenOf } from '../operators/secret-value.js';
import { SessionCookie } from './session-cookie.js';
import { SessionStore } from './session.store.js';
import { SignInService } from './sign-in.service.js';

@ApiTags('session')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly signIn: SignInService,
    private readonly sessions: SessionStore,
    private readonly cookie: SessionCookie,
    private readonly ownPassword: OwnPasswordService,
    private readonly secondFactors: SecondFactorStore,
  ) {}

  @Post()
  @HttpCode(200)
  @OpenToAll()
  async open(
    @Body({ schema: credentialsSchema }) body: Credentials,
    @CallerAddress() address: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ) {
    const secret = await this.signIn.signIn(body, address);
    response.setHeader('Set-Cookie', this.cookie.set(secret));
    const caller = await this.sessions.identify(secret, address);
    const hasSecondFactor = caller !== null && (await this.secondFactors.isOn(caller.id));
    return {
      username: caller?.name,
      role: caller?.role,
      kind: 'operator',
      csrfToken: csrfTokenOf(secret),
      hasSecondFactor,
      mustChangePassword: caller?.mustChangePassword,
      canReadMail: caller?.canReadMail,
    };
  }

  /** Who is signed in; for a token, whose it is (`csrfToken` is null: it needs none). */
  @Get()
  @AllowReading()
  @OpenBeforePasswordChange()
  async show(@CurrentCaller() caller: Caller) {
    const { name: username, role, kind, csrfToken } = caller;
    if (kind === 'token') return { username, role, kind, csrfToken };
    const hasSecondFactor = await this.secondFactors.isOn(caller.id);
    const { mustChangePassword, canReadMail } = caller;
    return { username, role, kind, csrfToken, hasSecondFactor, mustChangePassword, canReadMail };
  }

  @Delete()
  @HttpCode(204)
  @AllowReading()
  @OpenBeforePasswordChange()
  async close(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) response: ServerResponse) {
    if (caller.sessionHash === null) throw forbidden('a token has no session; revoke it instead');
    await this.sessions.close(caller.sessionHash);
    response.setHeader('Set-Cookie', this.cookie.clear());
  }

  /** Every operator may change the own password, which takes the current one. */
  @Put('password')
  @HttpCode(204)
  @AllowReading()
  @OpenBeforePasswordChange()
  async changePassword(
    @CurrentCaller() caller: Caller,
    @Body({ schema: ownPasswordSchema }) body: OwnPassword,
  ) {
    await this.ownPassword.change(caller, body);
  }
}

import type { OperatorRole } from '@sluice/contracts';
import { ok, problem, type FakeAnswer, type FakeRequest } from './fake-answers.js';

export interface SessionOptions {
  readonly role?: OperatorRole;
  readonly isSignedIn?: boolean;
  /** The operator's password was made by someone else. */
  readonly mustChangePassword?: boolean;
  readonly canReadMail?: boolean;
}

/** Who is signed in. */
export class FakeSession {
  readonly role: OperatorRole;
  readonly canReadMail: boolean;
  isSignedIn: boolean;
  private mustChangePassword: boolean;

  constructor(options: SessionOptions) {
    this.role = options.role ?? 'administrator';
    this.isSignedIn = options.isSignedIn ?? true;
    this.mustChangePassword = options.mustChangePassword ?? false;
    this.canReadMail = options.canReadMail ?? false;
  }

  /** Null: whoever asks may go on. */
  answer(request: FakeRequest): FakeAnswer | null {
    const { path } = request;
    if (path === '/api/session') return this.signIn(request);
    if (path === '/api/session/second-factor') return this.secondFactor(request);
    if (!this.isSignedIn) return problem(401, 'Unauthorized', 'sign in, or send a valid API token');
    if (path === '/api/session/password') return this.ownPassword(request);
    if (this.mustChangePassword) return problem(403, 'PasswordChangeNeeded', 'change your password first');
    return null;
  }

  private signIn({ method, body }: FakeRequest): FakeAnswer {
    if (method === 'POST') {
      if (body['password'] === 'wrong') return problem(401, 'Unauthorized', 'wrong username or password');
      this.isSignedIn = true;
    }
    if (!this.isSignedIn) return problem(401, 'Unauthorized', 'sign in, or send a valid API token');
    if (method === 'DELETE') {
      this.isSignedIn = false;
      return { status: 204 };
    }
    const session = {
      username: 'admin',
      role: this.role,
      kind: 'operator',
      csrfToken: 'token',
      hasSecondFactor: false,
      mustChangePassword: this.mustChangePassword,
      canReadMail: this.canReadMail,
    };
    return { status: 200, body: session };
  }

  private ownPassword({ body }: FakeRequest): FakeAnswer {
    if (body['currentPassword'] === 'wrong')
      return problem(400, 'BadRequest', 'the current password is wrong');
    this.mustChangePassword = false;
    return { status: 204 };
  }

  /** The password is `right`, the code 123456. */
  private secondFactor({ method, body }: FakeRequest): FakeAnswer {
    if (method === 'PUT')
      return body['code'] === '123456'
        ? { status: 204 }
        : problem(400, 'BadRequest', 'this is not the code the app shows now');
    if (body['password'] !== 'right') return problem(400, 'BadRequest', 'this is not your password');
    if (method === 'DELETE') return { status: 204 };
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    return ok({ secret, uri: `otpauth://totp/Sluice%3Aadmin?secret=${secret}&issuer=Sluice` });
  }
}

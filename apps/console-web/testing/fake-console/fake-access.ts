import type { ApiToken, Operator } from '@sluice/console-api';
import type { FakeAnswer, FakeRequest } from './fake-answers.js';
import { sampleOperator, sampleOperators, sampleToken, sampleTokens } from './sample-access.js';

/** Operators and tokens, from memory. */
export class FakeAccess {
  private operators: Operator[] = sampleOperators();
  private tokens: ApiToken[] = sampleTokens();

  answer(request: FakeRequest, [name = '', id]: readonly string[]): FakeAnswer {
    return name === 'operators' ? this.operatorsResource(request, id) : this.tokensResource(request, id);
  }

  private operatorsResource({ method, body }: FakeRequest, id?: string): FakeAnswer {
    if (id === undefined) return method === 'POST' ? this.addOperator(body) : all(this.operators);
    const found = this.operators.find((one) => one.id === id);
    if (found === undefined) return missing;
    if (method === 'DELETE') {
      this.operators = this.operators.filter((one) => one.id !== id);
      return { status: 204 };
    }
    const { password, ...change } = body as Partial<Operator> & { password?: string };
    const changed = { ...found, ...change, ...(password !== undefined && { mustChangePassword: true }) };
    this.operators = this.operators.map((one) => (one.id === id ? changed : one));
    return { status: 200, body: changed };
  }

  private addOperator(body: Record<string, unknown>): FakeAnswer {
    const { username, role } = body as Pick<Operator, 'username' | 'role'>;
    const isTaken = this.operators.some((one) => one.username.toLowerCase() === username.toLowerCase());
    if (isTaken) return conflict('an operator of this name exists', { username: 'taken' });
    const operator = sampleOperator({ username, role, mustChangePassword: true });
    this.operators = [...this.operators, operator];
    return { status: 201, body: operator };
  }

  private tokensResource({ method, body }: FakeRequest, id?: string): FakeAnswer {
    if (method === 'GET') return all(this.tokens);
    if (id === undefined) {
      const { name, role, expiresAt } = body as Pick<ApiToken, 'name' | 'role' | 'expiresAt'>;
      const addressRanges = (body['addressRanges'] ?? null) as ApiToken['addressRanges'];
      const token = sampleToken({ name, role, expiresAt: new Date(expiresAt).toISOString(), addressRanges });
      this.tokens = [token, ...this.tokens];
      return { status: 201, body: { ...token, token: 'sluice_made-by-the-fake-console' } };
    }
    const found = this.tokens.find((one) => one.id === id && one.revokedAt === null);
    if (found === undefined) return missing;
    const revoked = { ...found, revokedAt: new Date().toISOString() };
    this.tokens = this.tokens.map((one) => (one.id === id ? revoked : one));
    return { status: 204 };
  }
}

const missing: FakeAnswer = { status: 404, body: { error: 'NotFound', message: 'not found' } };
const all = (items: readonly unknown[]): FakeAnswer => ({ status: 200, body: { items, nextCursor: null } });
const conflict = (message: string, fields: Record<string, string>): FakeAnswer => ({
  status: 409,
  body: { error: 'Conflict', message, fields },
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { answerNothing, answerWith } from '../../testing/render-pages.js';
import { ApiProblem, describeProblem } from './api-problem.js';
import { ask, withQuery } from './ask.js';
import { connectionState } from './connection-state.js';
import { sessionState } from './session-state.js';

const session = { username: 'admin', role: 'administrator', kind: 'operator', csrfToken: 'token' } as const;

describe('a request', () => {
  let fake: FakeConsole;
  beforeEach(() => {
    fake = new FakeConsole();
    answerWith(fake);
    sessionState.set({ kind: 'signed-in', session });
  });
  afterEach(() => connectionState.set('answering'));

  it('that meets an ended session waits for the sign-in and is then carried out once', async () => {
    fake.isSignedIn = false;
    const change = ask('PATCH', '/api/settings', { maximumMailPriority: false });
    await new Promise<void>((resolve) => {
      const stop = sessionState.subscribe(() => {
        stop();
        resolve();
      });
    });
    expect(sessionState.get().kind).toBe('expired');
    fake.isSignedIn = true;
    sessionState.set({ kind: 'signed-in', session });
    await change;
    expect(fake.changes.map(({ call }) => call)).toEqual(['PATCH /api/settings']);
  });

  it('is given up when the operator leaves instead', async () => {
    fake.isSignedIn = false;
    const change = ask('DELETE', '/api/external-systems/x');
    const gone = expect(change).rejects.toMatchObject({ status: 401 });
    const stop = sessionState.subscribe(() => {
      stop();
      sessionState.set({ kind: 'signed-out' });
    });
    await gone;
  });

  it('without an answer marks the connection as lost, and the next answer heals it', async () => {
    answerNothing();
    await expect(ask('GET', '/api/server')).rejects.toMatchObject({ status: 0, isPassing: true });
    expect(connectionState.get()).toBe('lost');
    answerWith(fake);
    await ask('GET', '/api/server');
    expect(connectionState.get()).toBe('answering');
  });

  it('carries only filters that are set', () => {
    expect(withQuery('/api/alerts', { q: '', state: null, sort: undefined, limit: 50, sender: 'a b' })).toBe(
      '/api/alerts?limit=50&sender=a+b',
    );
  });
});

describe('a problem in words', () => {
  it.each([
    [
      new ApiProblem(409, 'Conflict', 'the row is no longer as it was seen'),
      'The row is no longer as it was seen.',
    ],
    [new ApiProblem(429, 'TooManyRequests', 'too many', {}, 1), 'Too many. Try again in 1 second.'],
    [new ApiProblem(0, 'NoAnswer', ''), 'The console does not answer. This page goes on trying.'],
    [new Error('x is not a function'), 'Something in this page failed; reload it.'],
  ])('reads as a sentence', (thrown, sentence) => {
    expect(describeProblem(thrown)).toBe(sentence);
  });
});

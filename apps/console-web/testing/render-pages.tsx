import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { answerFaults } from '@sluice/console-api';
import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { connectionState } from '../src/api/connection-state.js';
import { sessionState } from '../src/api/session-state.js';
import { liveState } from '../src/events/live-state.js';
import { clearNotices, Notices } from '../src/notices/notices.js';
import { theme } from '../src/design/theme.js';
import type { FakeConsole } from './fake-console/fake-console.js';

/** Lets the pages' requests reach the fake instead of the network. */
export function answerWith(fake: FakeConsole): void {
  globalThis.fetch = ((path: string, init: RequestInit = {}) => {
    const url = new URL(path, 'https://console.test');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const answer = fake.answer({
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body,
    });
    const faults = answer.status < 300 ? answerFaults(init.method ?? 'GET', path, answer.body) : [];
    // A fake that answers otherwise than the real console would let pages pass that fail.
    if (faults.length > 0) throw new Error(`not as described:\n${faults.join('\n')}`);
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    return Promise.resolve(new Response(text, { status: answer.status }));
  }) as typeof fetch;
}

/** As if no answer ever came. */
export function answerNothing(): void {
  globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
}

/** Renders a page for somebody who is signed in, without transitions. */
export function renderPage(page: ReactElement, fake: FakeConsole) {
  answerWith(fake);
  connectionState.set('answering');
  liveState.set(null);
  clearNotices();
  sessionState.set({
    kind: 'signed-in',
    session: {
      username: 'admin',
      role: fake.role,
      kind: 'operator',
      csrfToken: 'token',
      hasSecondFactor: false,
      canReadMail: fake.canReadMail,
    },
  });
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, gcTime: 0 }, mutations: { gcTime: 0 } },
  });
  return render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        {page}
        <Notices />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

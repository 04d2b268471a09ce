import { Alert, Button, Center, Loader, MantineProvider } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { useSharedState } from '../api/create-state.js';
import { sessionState } from '../api/session-state.js';
import { clearNotices, Notices } from '../notices/notices.js';
import { loadSession } from '../session/session.js';
import { OwnPasswordPage } from '../session/own-password-page.js';
import { SessionExpiredDialog } from '../session/session-expired-dialog.js';
import { SignInPage } from '../session/sign-in-page.js';
import { Shell } from './shell.js';
import { theme } from '../design/theme.js';

interface Props {
  readonly client: QueryClient;
  readonly styleNonce?: string;
}

export function App({ client, styleNonce = '' }: Props): ReactElement {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => styleNonce}>
      <QueryClientProvider client={client}>
        <Session client={client} />
        <Notices />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Session({ client }: { readonly client: QueryClient }): ReactElement {
  const state = useSharedState(sessionState);
  useEffect(() => {
    // What one operator saw is not kept for the next.
    if (state.kind !== 'signed-out') return;
    client.clear();
    clearNotices();
  }, [client, state.kind]);
  if (state.kind === 'unknown') return <Starting />;
  if (state.kind === 'signed-out') return <SignInPage />;
  if (state.kind === 'signed-in' && state.session.mustChangePassword === true) return <OwnPasswordPage />;
  return (
    <>
      <Shell />
      <SessionExpiredDialog isOpen={state.kind === 'expired'} username={state.session.username} />
    </>
  );
}

const retryMs = 3000;

function Starting(): ReactElement {
  const [problem, setProblem] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadSession().catch((thrown: unknown) => {
      setProblem(thrown);
      timer = setTimeout(() => setTries((count) => count + 1), retryMs);
    });
    return () => clearTimeout(timer);
  }, [tries]);
  return (
    <Center mih="100dvh" p="md" className="page">
      {problem === null ? (
        <Loader aria-label="Loading" />
      ) : (
        <Alert color="orange" title="The console cannot be reached" role="alert" maw={440}>
          {describeProblem(problem)}
          <Button mt="md" size="xs" variant="light" onClick={() => setTries((count) => count + 1)}>
            Try now
          </Button>
        </Alert>
      )}
    </Center>
  );
}

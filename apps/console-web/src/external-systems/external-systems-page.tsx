import { Alert, Anchor, Button, Group, Stack } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useIsAdministrator } from '../api/session-state.js';
import { useSettings } from '../settings/settings-query.js';
import { PlusIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { ConnectDialog } from './connect-dialog.js';
import { RegisterDialog } from './register-dialog.js';
import { ServerCards } from './server-cards.js';
import { ServerList } from './server-list.js';
import './systems.css';

export function ExternalSystemsPage(): ReactElement {
  const isAdministrator = useIsAdministrator();
  const [isConnecting, setIsConnecting] = useState(false);
  const [isRegistering, setIsRegistering] = useState(false);
  const settings = useSettings();
  return (
    <>
      <PageHead
        title="External systems"
        actions={
          <Group gap="xs">
            <Button variant="default" onClick={() => setIsConnecting(true)}>
              Connect a system
            </Button>
            {isAdministrator && (
              <Button
                variant="default"
                leftSection={<PlusIcon size={16} />}
                onClick={() => setIsRegistering(true)}
              >
                Pre-register a system
              </Button>
            )}
          </Group>
        }
      >
        Programs and mail sensors that may send objects here; you decide which ones are served.
      </PageHead>
      <Stack gap="sm">
        {settings.data?.integrationRequests.value === 'closed' && (
          <Alert color="orange" title="New requests are switched off">
            Unknown systems are refused and do not appear here. Register them beforehand, or open requests in
            the{' '}
            <Anchor component={Link} href="/settings" underline="always">
              settings
            </Anchor>
            .
          </Alert>
        )}
        <ServerCards />
        <ServerList />
      </Stack>
      <ConnectDialog isOpen={isConnecting} onClose={() => setIsConnecting(false)} />
      <RegisterDialog isOpen={isRegistering} onClose={() => setIsRegistering(false)} />
    </>
  );
}

import { DataList, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useSession } from '../../api/session-state.js';
import { Card } from '../../design/card.js';
import { PageHead } from '../../design/page-head.js';
import { roleExplanations, roleNames } from '../../texts/role-names.js';
import { Fact } from '../../texts/object-facts.js';
import { PasswordForm } from './password-form.js';
import { SecondFactor } from './second-factor.js';
import { TimeZone } from './time-zone.js';

export function ProfilePage(): ReactElement {
  const session = useSession();
  return (
    <>
      <PageHead title="Profile">
        Your account, your password, your second factor and the zone of times.
      </PageHead>
      <Stack gap="md" maw={720}>
        <Card title="Account">
          <DataList labelWidth="110px" gap="xs" className="facts">
            <Fact label="Username">{session.username}</Fact>
            <Fact label="Role">
              {roleNames[session.role]}
              <div className="quiet">{roleExplanations[session.role]}</div>
            </Fact>
          </DataList>
        </Card>
        <PasswordForm />
        <SecondFactor />
        <TimeZone />
      </Stack>
    </>
  );
}

import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { ClaimedText } from '../texts/claimed-text.js';
import { Fingerprint } from '../texts/fingerprint.js';
import type { ExternalSystem } from './external-system.js';

/** The system and its fingerprint, as every confirmation names them. */
export function NamedSystem({ system }: { readonly system: ExternalSystem }): ReactElement {
  return (
    <div className="named-system">
      <Text fw={640} size="sm">
        {system.sensorId}
      </Text>
      <Text size="xs" c="dimmed">
        {system.name === null || system.name === '' ? null : (
          <>
            <ClaimedText text={system.name} />
            {' · '}
          </>
        )}
        {system.sensor ?? 'not seen yet'}
      </Text>
      <Fingerprint value={system.certificateFingerprint} />
    </div>
  );
}

export const NamedSystems = ({ systems }: { readonly systems: readonly ExternalSystem[] }): ReactElement => (
  <Stack
    gap="xs"
    mah={280}
    style={{ overflowY: 'auto' }}
    {...(systems.length > 2 ? { tabIndex: 0, role: 'group', 'aria-label': 'Certificates' } : {})}
  >
    {systems.map((system) => (
      <NamedSystem key={system.id} system={system} />
    ))}
  </Stack>
);

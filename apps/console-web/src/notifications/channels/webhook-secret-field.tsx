import { Anchor, Group, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyAction } from '../../texts/copy-action.js';
import type { FieldsProps } from './fields-props.js';

const secretBytes = 32;

/** As the console makes them: 32 bytes of chance. */
function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

export function WebhookSecretField({ draft, channel, problems, onChange }: FieldsProps): ReactElement {
  const isNew = channel === null;
  return (
    <div className="pem">
      <TextInput
        label="Secret"
        description={
          isNew
            ? 'Signs every call. Empty: one is made and shown to you once'
            : 'Empty: stays as it is. It is never shown; make another when the receiver lost it'
        }
        placeholder="whsec_…"
        autoComplete="off"
        spellCheck={false}
        maxLength={128}
        error={problems('settings.secret')}
        value={draft.secret}
        onChange={(event) => onChange({ secret: event.currentTarget.value })}
        rightSection={draft.secret === '' ? null : <CopyAction value={draft.secret} what="the secret" />}
      />
      {!isNew && (
        <Group gap="md" mt={4}>
          <Anchor
            component="button"
            type="button"
            size="xs"
            onClick={() => onChange({ secret: makeSecret() })}
          >
            Make another secret
          </Anchor>
        </Group>
      )}
    </div>
  );
}

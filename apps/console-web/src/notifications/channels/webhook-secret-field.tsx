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

export function WebhookSecretField({ form, channel }: FieldsProps): ReactElement {
  const isNew = channel === null;
  const { secret } = form.values;
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
        {...form.getInputProps('secret')}
        rightSection={secret === '' ? null : <CopyAction value={secret} what="the secret" />}
      />
      {!isNew && (
        <Group gap="md" mt={4}>
          <Anchor
            component="button"
            type="button"
            size="xs"
            onClick={() => form.setFieldValue('secret', makeSecret())}
          >
            Make another secret
          </Anchor>
        </Group>
      )}
    </div>
  );
}

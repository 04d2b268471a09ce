import { Alert, NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { needsPasswordAgain, usualPorts, type ChannelDraft } from './channel-draft.js';
import type { FieldsProps } from './fields-props.js';
import { PemField } from './pem-field.js';
import { WebhookSecretField } from './webhook-secret-field.js';

export function SmtpFields(props: FieldsProps): ReactElement {
  const { form } = props;
  const draft = form.values;
  const choose = (security: ChannelDraft['security']) =>
    form.setValues({ security, port: portAfter(draft, usualPorts.smtp[security]) });
  return (
    <>
      <HostAndPort {...props} what="Mail server" />
      <Select
        label="Encryption"
        allowDeselect={false}
        {...form.getInputProps('security')}
        data={[
          { value: 'starttls', label: 'STARTTLS: nothing is sent without it' },
          { value: 'tls', label: 'TLS from the start' },
          { value: 'none', label: 'None' },
        ]}
        onChange={(value) => choose((value ?? 'starttls') as ChannelDraft['security'])}
      />
      <TextInput
        label="Sender"
        description="The address the mails come from"
        withAsterisk
        placeholder="sluice@example.org"
        autoComplete="off"
        maxLength={254}
        {...form.getInputProps('from')}
      />
      <Switch label="The server asks for a login" {...form.getInputProps('hasLogin', { type: 'checkbox' })} />
      {draft.hasLogin && <Login {...props} />}
      {draft.security !== 'none' && <Authority {...props} />}
    </>
  );
}

function Login({ form, channel }: FieldsProps): ReactElement {
  const draft = form.values;
  const isKept = channel?.secrets.includes('password') ?? false;
  const isAskedAgain = needsPasswordAgain(draft, channel);
  return (
    <>
      {draft.security === 'none' && (
        <Alert color="orange" p="xs" title="The password would be sent without encryption">
          Anyone on the way to this server can read it.
        </Alert>
      )}
      <TextInput
        label="User name"
        withAsterisk
        autoComplete="off"
        maxLength={256}
        {...form.getInputProps('username')}
      />
      <PasswordInput
        label="Password"
        description={
          isAskedAgain
            ? 'Enter it again: server, encryption, authority or user have changed, and a password is only sent where it was entered for'
            : isKept
              ? 'Empty: stays as it is. It is never shown'
              : 'Sealed when it is saved, and never shown again'
        }
        withAsterisk={!isKept || isAskedAgain}
        autoComplete="new-password"
        maxLength={1024}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        {...form.getInputProps('password')}
      />
    </>
  );
}

export function SyslogFields(props: FieldsProps): ReactElement {
  const { form } = props;
  const draft = form.values;
  return (
    <>
      <HostAndPort {...props} what="Log collector" />
      <Select
        label="Transport"
        allowDeselect={false}
        description={
          draft.transport === 'udp' ? 'UDP has no answers: no one learns that a message was lost' : undefined
        }
        {...form.getInputProps('transport')}
        data={[
          { value: 'tls', label: 'TLS' },
          { value: 'tcp', label: 'TCP, not encrypted' },
          { value: 'udp', label: 'UDP, not encrypted' },
        ]}
      />
      <Select
        label="Format"
        allowDeselect={false}
        {...form.getInputProps('format')}
        data={[
          { value: 'cef', label: 'CEF' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {draft.transport === 'tls' && (
        <>
          <Authority {...props} />
          <ClientCertificate {...props} />
        </>
      )}
    </>
  );
}

export function WebhookFields(props: FieldsProps): ReactElement {
  const { form } = props;
  return (
    <>
      <TextInput
        label="Address"
        description="POST goes there; redirects are not followed"
        withAsterisk
        placeholder="https://hooks.example.org/sluice"
        autoComplete="off"
        maxLength={2048}
        {...form.getInputProps('url')}
      />
      <WebhookSecretField {...props} />
      <Switch
        label="Allow private addresses"
        description="For receivers inside your network, such as 10.0.0.5 or localhost; otherwise refused, so that no one reaches your systems through Sluice"
        {...form.getInputProps('allowPrivateAddresses', { type: 'checkbox' })}
      />
      <Authority {...props} />
      <ClientCertificate {...props} />
    </>
  );
}

function HostAndPort({ form, what }: FieldsProps & { readonly what: string }): ReactElement {
  return (
    <div className="host-and-port">
      <TextInput
        label={what}
        withAsterisk
        placeholder="host name or address"
        autoComplete="off"
        maxLength={253}
        {...form.getInputProps('host')}
      />
      <NumberInput
        label="Port"
        withAsterisk
        hideControls
        allowDecimal={false}
        allowNegative={false}
        max={65_535}
        {...form.getInputProps('port')}
        onChange={(value) => form.setFieldValue('port', typeof value === 'number' ? value : '')}
      />
    </div>
  );
}

const Authority = ({ form }: FieldsProps): ReactElement => (
  <PemField
    label="Trusted authority"
    description="Certificates in PEM to trust instead of the system’s; the server’s own may stand here. Empty: the system’s"
    kind="CERTIFICATE"
    {...form.getInputProps('ca')}
  />
);

function ClientCertificate({ form, channel }: FieldsProps): ReactElement {
  const isKept = channel?.secrets.includes('clientKey') ?? false;
  return (
    <>
      <PemField
        label="Client certificate"
        description="In PEM, for receivers that ask for one. Empty: none"
        kind="CERTIFICATE"
        {...form.getInputProps('clientCertificate')}
      />
      {form.values.clientCertificate.trim() !== '' && (
        <PemField
          label="Key of the client certificate"
          description={
            isKept ? 'Empty: stays as it is. It is never shown' : 'In PEM; sealed when it is saved'
          }
          kind="PRIVATE KEY"
          isRequired={!isKept}
          {...form.getInputProps('clientKey')}
        />
      )}
    </>
  );
}

/** A port that somebody chose stays. */
function portAfter(draft: ChannelDraft, usual: number): number | '' {
  const usuals: readonly (number | '')[] = Object.values(usualPorts.smtp);
  return usuals.includes(draft.port) ? usual : draft.port;
}

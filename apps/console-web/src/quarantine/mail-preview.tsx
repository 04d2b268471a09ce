import { Alert, Badge, Button, DataList, Group, Stack, Text } from '@mantine/core';
import type { MailPreviewAnswer, Quarantined } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { ClaimedText } from '../texts/claimed-text.js';
import { formatBytes } from '../texts/formats.js';
import { Fact } from '../texts/object-facts.js';
import './mail-preview.css';
import { nameOf } from './name-of.js';
import { Dialog } from '../design/dialog.js';

interface Props {
  readonly item: Quarantined;
  readonly preview: MailPreviewAnswer;
  readonly onClose: () => void;
}

/** Text and nothing else: no link, no picture and no form of the mail is one here. */
export function MailPreview({ item, preview, onClose }: Props): ReactElement {
  return (
    <Dialog
      opened
      onClose={onClose}
      title="Mail in quarantine"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text fw={600}>
          <ClaimedText text={nameOf(item)} />
        </Text>
        {preview.isCut && (
          <Alert color="orange" title="Not all of it">
            This mail is longer than what is shown here.
          </Alert>
        )}
        <section aria-label="Recipients">
          <h3 className="mail-section">Recipients</h3>
          <Recipients preview={preview} />
        </section>
        <section aria-label="Header fields">
          <h3 className="mail-section">Header fields</h3>
          <DataList labelWidth="110px" gap={4} className="facts mail-fields">
            {preview.headers.map(({ name, value }, index) => (
              <Fact key={index} label={name === '' ? 'No field' : name}>
                <ClaimedText text={value} />
              </Fact>
            ))}
          </DataList>
        </section>
        {preview.parts.map((part, index) => (
          <Part key={index} part={part} number={index + 1} />
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Recipients({ preview }: { readonly preview: MailPreviewAnswer }): ReactElement {
  const isBlind = new Set(preview.blindRecipients);
  if (preview.recipients.length === 0) return <span className="quiet">None are known</span>;
  return (
    <ul className="mail-recipients">
      {preview.recipients.map((recipient) => (
        <li key={recipient}>
          <ClaimedText text={recipient} />
          {isBlind.has(recipient) && (
            <Badge component="span" color="orange" className="word-badge">
              Blind: not named in the mail
            </Badge>
          )}
        </li>
      ))}
    </ul>
  );
}

type PreviewPart = MailPreviewAnswer['parts'][number];

function Part({ part, number }: { readonly part: PreviewPart; readonly number: number }): ReactElement {
  const { depth, name, text, type, sizeBytes } = part;
  const title = `Part ${number}`;
  return (
    <section aria-label={title}>
      <h3 className="mail-section">
        {title}
        <span className="quiet">
          {' '}
          <ClaimedText text={[name, type].filter((one) => one !== null).join(', ')} />,{' '}
          {formatBytes(sizeBytes)}
          {depth === 0 ? '' : ', in a mail inside'}
        </span>
      </h3>
      {text === null ? (
        <Text size="sm" className="quiet">
          No text
        </Text>
      ) : (
        <pre className="mail-text" dir="ltr">
          {text === '' ? <span className="quiet">Empty</span> : text}
        </pre>
      )}
    </section>
  );
}

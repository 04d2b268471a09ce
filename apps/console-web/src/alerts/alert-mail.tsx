import { Anchor, DataList } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import { Card } from '../design/card.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { Fact } from '../texts/object-facts.js';
import type { AlertCard } from './alert.js';

type MailOrigin = NonNullable<NonNullable<AlertCard['mail']>['origin']>;

/** As the envelope and the message claim it; nothing here is proven. */
export function AlertMail({ mail }: { readonly mail: NonNullable<AlertCard['mail']> }): ReactElement {
  const { headers, origin } = mail;
  return (
    <Card title="Message headers (unverified)">
      <DataList labelWidth="110px" gap="xs" className="facts">
        <Fact label="Sender">
          {mail.from === null || mail.from === '' ? (
            <span className="quiet">None</span>
          ) : (
            <Anchor
              component={Link}
              href={withQuery('/alerts', { sender: mail.from })}
              inherit
              underline="always"
            >
              <ClaimedText text={mail.from} />
            </Anchor>
          )}
        </Fact>
        <Line label="Recipients" text={mail.to?.join(', ') ?? null} />
        {origin === null ? null : (
          <>
            <Line label="Client" text={clientOf(origin)} />
            <Line label="HELO" text={origin.helo} />
            <Line label="Signed in as" text={origin.authenticatedUser} />
            <Line label="Queue ID" text={origin.queueId} />
          </>
        )}
        <Line label="From" text={headers?.from ?? null} />
        <Line label="To" text={headers?.to.join(', ') ?? null} />
        <Line label="Subject" text={headers?.subject ?? null} />
        <Line label="Message-ID" text={headers?.messageId ?? origin?.messageId ?? null} />
      </DataList>
    </Card>
  );
}

const clientOf = ({ clientName, clientAddress }: MailOrigin): string =>
  [clientName, clientAddress === null ? null : `[${clientAddress}]`]
    .filter((text) => text !== null)
    .join(' ');

const Line = ({ label, text }: { readonly label: string; readonly text: string | null }): ReactElement => (
  <Fact label={label}>
    {text === null || text === '' ? <span className="quiet">None</span> : <ClaimedText text={text} />}
  </Fact>
);

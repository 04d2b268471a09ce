import { DataList } from '@mantine/core';
import type { ReactElement } from 'react';
import { Card } from '../design/card.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { Fact } from '../texts/object-facts.js';
import type { AlertCard } from './alert.js';

/** As the envelope and the message claim it; nothing here is proven. */
export function AlertMail({ mail }: { readonly mail: NonNullable<AlertCard['mail']> }): ReactElement {
  const { headers } = mail;
  return (
    <Card title="Message headers (unverified)">
      <DataList labelWidth="110px" gap="xs" className="facts">
        <Line label="Sender" text={mail.from} />
        <Line label="Recipients" text={mail.to?.join(', ') ?? null} />
        <Line label="From" text={headers?.from ?? null} />
        <Line label="To" text={headers?.to.join(', ') ?? null} />
        <Line label="Subject" text={headers?.subject ?? null} />
        <Line label="Message-ID" text={headers?.messageId ?? null} />
      </DataList>
    </Card>
  );
}

const Line = ({ label, text }: { readonly label: string; readonly text: string | null }): ReactElement => (
  <Fact label={label}>
    {text === null || text === '' ? <span className="quiet">None</span> : <ClaimedText text={text} />}
  </Fact>
);

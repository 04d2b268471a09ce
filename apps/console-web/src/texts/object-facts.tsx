import { Anchor, DataList } from '@mantine/core';
import type { ObjectFacts as ExaminedObject } from '@sluice/console-api';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { ClaimedText } from './claimed-text.js';
import { CopyAction } from './copy-action.js';
import { formatBytes, formatNumber } from './formats.js';
import { Moment } from './moment.js';

/** What is known of an object: its claimed name and what its bytes say. */
export function ObjectFacts({ object }: { readonly object: ExaminedObject }): ReactElement {
  return (
    <DataList labelWidth="110px" gap="xs" className="facts">
      <Fact label="Name">{object.name === null ? 'None given' : <ClaimedText text={object.name} />}</Fact>
      <Fact label="Size">
        {formatBytes(object.size)}
        {object.size >= 1024 && <span className="quiet"> ({formatNumber(object.size)} bytes)</span>}
      </Fact>
      <Fact label="Type">
        {object.detectedType === null ? 'Not known' : <ClaimedText text={object.detectedType} />}
        <span className="quiet">, sent as {object.type === 'email' ? 'mail' : 'file'}</span>
      </Fact>
      <HashFact label="SHA-256" value={object.sha256} />
      <HashFact label="SHA-1" value={object.sha1} />
      <HashFact label="MD5" value={object.md5} />
      {object.type === 'email' && (
        <Fact label="About hashes">
          <span className="quiet">
            Of the message as seen by the sensor. Mail servers add headers when they deliver it.
          </span>
        </Fact>
      )}
      <Fact label="Kept">
        {object.isKept ? (
          object.keptUntil === null ? (
            'Until the scan ends'
          ) : (
            <>
              Until <Moment at={object.keptUntil} />,{' '}
              <Anchor component={Link} href={`/quarantine?q=${object.sha256}`} size="sm">
                in quarantine
              </Anchor>
            </>
          )
        ) : (
          'No'
        )}
      </Fact>
    </DataList>
  );
}

export const Fact = ({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactElement => (
  <DataList.Item>
    <DataList.ItemLabel>{label}</DataList.ItemLabel>
    <DataList.ItemValue>{children}</DataList.ItemValue>
  </DataList.Item>
);

function HashFact({
  label,
  value,
}: {
  readonly label: string;
  readonly value: string | null;
}): ReactElement | null {
  if (value === null) return null;
  return (
    <Fact label={label}>
      <span className="hash">{value}</span> <CopyAction value={value} what={label} />
    </Fact>
  );
}

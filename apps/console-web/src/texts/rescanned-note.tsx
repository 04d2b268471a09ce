import { Alert, Anchor } from '@mantine/core';
import type { Rescanned } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ClaimedText } from './claimed-text.js';
import { Moment } from './moment.js';
import { scanStateWords } from './words.js';

/** What newer signatures say of it, what it was before, and which set of signatures, rules and lists that is. */
export function RescannedNote({ rescanned }: { readonly rescanned: Rescanned | null }): ReactElement | null {
  if (rescanned === null) return null;
  const { state, stateBefore, at, names, scanner, decisionSet, scan } = rescanned;
  const isDetected = state === 'detect';
  return (
    <Alert
      color={isDetected ? 'red' : 'blue'}
      title={isDetected ? 'Detected by newer signatures' : 'Not detected any more with newer signatures'}
    >
      Scanned again <Moment at={at} />
      {scanner !== null && ` by ${scanner}`}: {scanStateWords[state].name.toLowerCase()}
      {names.length > 0 && (
        <>
          {' '}
          (<ClaimedText text={names.join(', ')} />)
        </>
      )}
      , before {scanStateWords[stateBefore].name.toLowerCase()}. Set of signatures, rules and lists{' '}
      {decisionSet.slice(0, 12)}.{!isDetected && ' Nothing was closed or released.'}{' '}
      <Anchor component={Link} href={`/scans/${scan}`} underline="always">
        That scan
      </Anchor>
    </Alert>
  );
}

/** For a row of a list; null: nothing to say. */
export const rescannedWord = (rescanned: Rescanned | null) =>
  rescanned === null
    ? null
    : rescanned.state === 'detect'
      ? { name: 'Detected since', color: 'red' }
      : { name: 'Clean since', color: 'blue' };

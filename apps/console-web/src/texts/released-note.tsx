import { Alert } from '@mantine/core';
import type { Scan } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { scanStateWords } from './words.js';

/** That the state is not the engines' word: an operator released the mail. */
export const ReleasedNote = ({ released }: { readonly released: Scan['released'] }): ReactElement | null =>
  released === null ? null : (
    <Alert color="orange" title="Let through because an operator released this mail">
      Without the release its state is <strong>{scanStateWords[released.stateBefore].name}</strong>. Who
      released it, and why, is in the audit log and in quarantine.
    </Alert>
  );

import { Alert, Anchor } from '@mantine/core';
import type { Reused } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Moment } from './moment.js';

/** That engines did not see this object itself, and where to look for when they saw its bytes. */
export const ReusedNote = ({ reused }: { readonly reused: Reused | null }): ReactElement | null =>
  reused === null ? null : (
    <Alert color="blue" title="Verdict of an earlier scan of the same bytes">
      Engines saw them <Moment at={reused.examinedAt} />, with the signatures, rules, lists and limits of when
      this object came.{' '}
      <Anchor component={Link} href={`/scans/${reused.of}`} underline="always">
        The scan
      </Anchor>
    </Alert>
  );

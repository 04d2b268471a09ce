import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { PageHead } from '../design/page-head.js';
import { OperatorList } from './operator-list.js';
import { TokenList } from './token-list.js';

export function OperatorsPage(): ReactElement {
  return (
    <>
      <PageHead title="Operators and tokens">
        People who may sign in here, and tokens with which scripts use the same API.
      </PageHead>
      <Stack gap="md">
        <OperatorList />
        <TokenList />
      </Stack>
    </>
  );
}

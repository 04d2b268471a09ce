import { Alert, Box, Button, EmptyState, Group, Skeleton, Stack } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { describeProblem } from '../api/api-problem.js';

const rows = [0, 1, 2, 3, 4, 5];

/** As high as the list will be, roughly, so that little moves when it comes. */
export function ListLoading({ what }: { readonly what: string }): ReactElement {
  return (
    <Stack gap="sm" p="lg" role="status" aria-label={`Loading ${what}`}>
      {rows.map((row) => (
        <Skeleton key={row} height={34} radius="sm" />
      ))}
    </Stack>
  );
}

interface FailedProps {
  readonly problem: unknown;
  readonly onRetry: () => void;
}

export function ListFailed({ problem, onRetry }: FailedProps): ReactElement {
  return (
    <Alert color="red" m="lg" role="alert" title="This could not be loaded">
      <Group justify="space-between">
        <span>{describeProblem(problem)}</span>
        <Button size="xs" color="red" variant="light" onClick={onRetry}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}

interface EmptyProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

export function ListEmpty({ icon, title, children }: EmptyProps): ReactElement {
  return (
    <Box px="lg" py={48}>
      <EmptyState icon={icon} title={title} variant="light">
        {children}
      </EmptyState>
    </Box>
  );
}

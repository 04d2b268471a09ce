import { Button, Progress, Text } from '@mantine/core';
import type { FailedJob } from '@sluice/console-api';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type ReactElement } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { ask, withQuery, type QueryValue } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { RefreshIcon } from '../design/icons.js';
import { askMany, type ManyProgress } from '../lists/ask-many.js';
import type { ListPage } from '../lists/list-page.js';
import { notify } from '../notices/notices.js';
import { formatNumber, plural } from '../texts/formats.js';
import { failedJobsPath, retryJob } from './failed-job.js';

interface Props {
  readonly filter: Readonly<Record<string, QueryValue>>;
  readonly isFiltered: boolean;
}

/** Every failed job that fits the filter and whose object is still kept is scanned once more. */
export function RetryAll({ filter, isFiltered }: Props): ReactElement {
  const [isAsking, setIsAsking] = useState(false);
  const { progress, start, stop } = useRetryAll(filter, () => setIsAsking(false));
  return (
    <>
      <Button
        variant="default"
        leftSection={<RefreshIcon size={16} />}
        loading={progress !== null}
        onClick={() => setIsAsking(true)}
      >
        {isFiltered ? 'Retry all that fit' : 'Retry all'}
      </Button>
      <ConfirmDialog
        title={isFiltered ? 'Retry all jobs that fit the filter?' : 'Retry all failed jobs?'}
        isOpen={isAsking}
        isBusy={progress !== null}
        yes="Retry all"
        no={progress === null ? 'Cancel' : 'Stop'}
        onClose={() => {
          stop();
          setIsAsking(false);
        }}
        onConfirm={start}
      >
        <Text size="sm">
          Their objects are scanned once more, with the signatures of now. Messages that could not be read,
          and scans whose object is no longer kept, stay as they are.
        </Text>
        {progress !== null && (
          <>
            <Text size="sm" role="status">
              {formatNumber(progress.done)} retried
            </Text>
            <Progress value={100} animated aria-label="Retrying" />
          </>
        )}
      </ConfirmDialog>
    </>
  );
}

function useRetryAll(filter: Props['filter'], onDone: () => void) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<ManyProgress | null>(null);
  const controller = useRef<AbortController | null>(null);
  const start = () => {
    const { signal } = (controller.current = new AbortController());
    setProgress({ done: 0, refused: 0, reason: null });
    askMany(retryable(filter, signal), ({ id }) => retryJob(id), { signal, onProgress: setProgress })
      .then(tell, (thrown: unknown) => notify('failed', `Not all were retried. ${describeProblem(thrown)}`))
      .finally(() => {
        setProgress(null);
        onDone();
        void client.invalidateQueries({ queryKey: queryKeys.failedJobs });
      });
  };
  return { progress, start, stop: () => controller.current?.abort() };
}

const pageSize = 200;

/** Page by page by cursor: a job that is gone by then moves no other. */
async function* retryable(filter: Props['filter'], signal: AbortSignal): AsyncGenerator<FailedJob> {
  let cursor: string | null = null;
  do {
    const page: ListPage<FailedJob> = await ask(
      'GET',
      withQuery(failedJobsPath, { ...filter, limit: pageSize, cursor }),
    );
    yield* page.items.filter((job) => job.canRetry);
    cursor = page.nextCursor;
  } while (cursor !== null && !signal.aborted);
}

function tell({ done, refused, reason }: ManyProgress): void {
  const words = `${plural(done, 'job')} retried`;
  if (refused === 0) notify('done', `${words}.`);
  else notify('failed', `${words}, ${formatNumber(refused)} not. ${reason ?? ''}`);
}

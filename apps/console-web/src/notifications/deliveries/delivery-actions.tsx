import { ActionBar, Button, Text } from '@mantine/core';
import { useRef, useState, type ReactElement } from 'react';
import { describeProblem } from '../../api/api-problem.js';
import { notify } from '../../notices/notices.js';
import { formatNumber, plural } from '../../texts/formats.js';
import { matchingDeliveries, useReloadDeliveries } from './deliveries-query.js';
import type { Delivery, DeliveryFilter } from './delivery.js';
import { replayMany, type ReplayProgress } from './replay-many.js';

interface Props {
  readonly selected: readonly Delivery[];
  readonly filter: DeliveryFilter;
  /** There is more than this page, and all of it is selected. */
  readonly canTakeAll: boolean;
  readonly onClear: () => void;
}

export function DeliveryActions({ selected, filter, canTakeAll, onClear }: Props): ReactElement {
  const { progress, start, stop } = useReplay(onClear);
  const replayAll = () => start((signal) => matchingDeliveries(filter, signal));
  return (
    <ActionBar opened={selected.length > 0 || progress !== null} aria-label="Selected deliveries">
      {progress !== null ? (
        <>
          <Text size="sm" role="status">
            {formatNumber(progress.done)} replayed
          </Text>
          <Button size="xs" variant="default" onClick={stop}>
            Stop
          </Button>
        </>
      ) : (
        <>
          <Text size="sm" fw={600}>
            {formatNumber(selected.length)} selected
          </Text>
          <Button size="xs" onClick={() => start(() => selected)}>
            Replay
          </Button>
          {canTakeAll && (
            <Button size="xs" variant="default" onClick={replayAll}>
              Replay all that fit the filter
            </Button>
          )}
          <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
            Clear selection
          </Button>
        </>
      )}
    </ActionBar>
  );
}

type Source = (signal: AbortSignal) => AsyncIterable<Delivery> | Iterable<Delivery>;

function useReplay(onDone: () => void) {
  const reload = useReloadDeliveries();
  const [progress, setProgress] = useState<ReplayProgress | null>(null);
  const controller = useRef<AbortController | null>(null);
  const start = (source: Source) => {
    const { signal } = (controller.current = new AbortController());
    setProgress({ done: 0, refused: 0, reason: null });
    replayMany(source(signal), { signal, onProgress: setProgress })
      .then(
        (result) => {
          tell(result);
          onDone();
        },
        (thrown: unknown) => notify('failed', `Not all are replayed. ${describeProblem(thrown)}`),
      )
      .finally(() => {
        setProgress(null);
        void reload();
      });
  };
  return { progress, start, stop: () => controller.current?.abort() };
}

function tell({ done, refused, reason }: ReplayProgress): void {
  const words = `${plural(done, 'message')} sent once more`;
  if (refused === 0) notify('done', `${words}.`);
  else notify('failed', `${words}, ${formatNumber(refused)} not. ${reason ?? ''}`);
}

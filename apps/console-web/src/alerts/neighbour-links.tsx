import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { ChevronLeftIcon, ChevronRightIcon } from '../design/icons.js';
import { useRowKeys } from '../lists/use-row-keys.js';
import type { Neighbours } from './list-order.js';

/** From one card to the next without the list: buttons, `n` and `p`. Nothing where one came by a link of its own. */
export function NeighbourLinks({ neighbours }: { readonly neighbours: Neighbours }): ReactElement | null {
  const [, navigate] = useLocation();
  const { previous, next } = neighbours;
  const go = (id: number | null) => () => {
    if (id !== null) navigate(`/alerts/${id}`);
  };
  useRowKeys({
    ids: [],
    current: null,
    onMove: () => undefined,
    rowOf: () => null,
    keys: { n: go(next), p: go(previous) },
  });
  if (previous === null && next === null) return null;
  return (
    <>
      <Button
        variant="default"
        disabled={previous === null}
        leftSection={<ChevronLeftIcon size={14} />}
        onClick={go(previous)}
      >
        Previous
      </Button>
      <Button
        variant="default"
        disabled={next === null}
        rightSection={<ChevronRightIcon size={14} />}
        onClick={go(next)}
      >
        Next
      </Button>
    </>
  );
}

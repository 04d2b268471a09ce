import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { ChevronLeftIcon, ChevronRightIcon } from '../design/icons.js';
import type { CursorPages } from './use-cursor-pages.js';

interface Props {
  readonly pages: CursorPages<unknown>;
  /** How many there are in all, where that is known. */
  readonly total?: string | null;
}

export function PageFoot({ pages, total = null }: Props): ReactElement | null {
  const { pageNumber, hasNext, items, isBackToFirst } = pages;
  if (items === undefined) return null;
  if (pageNumber === 1 && !hasNext) return total === null ? null : <div className="list-foot">{total}</div>;
  return (
    <nav className="list-foot" aria-label="Pages of the list">
      <span>
        Page {pageNumber}
        {total !== null && <span className="quiet">, {total}</span>}
      </span>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          disabled={pageNumber === 1}
          leftSection={<ChevronLeftIcon size={14} />}
          onClick={fromItsTop(pages.previous)}
        >
          {isBackToFirst ? 'First page' : 'Previous'}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!hasNext}
          rightSection={<ChevronRightIcon size={14} />}
          onClick={fromItsTop(pages.next)}
        >
          Next
        </Button>
      </Group>
    </nav>
  );
}

/** The buttons stand at the end of a page: the one that follows is read from its beginning. */
const fromItsTop = (turn: () => void) => () => {
  turn();
  window.scrollTo(0, 0);
};

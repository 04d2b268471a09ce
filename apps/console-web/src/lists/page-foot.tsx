import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { ChevronLeftIcon, ChevronRightIcon } from '../design/icons.js';
import type { CursorPages } from './use-cursor-pages.js';

export function PageFoot({ pages }: { readonly pages: CursorPages<unknown> }): ReactElement | null {
  const { pageNumber, hasNext, items, isBackToFirst } = pages;
  if (items === undefined || (pageNumber === 1 && !hasNext)) return null;
  return (
    <nav className="list-foot" aria-label="Pages of the list">
      <span>Page {pageNumber}</span>
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          disabled={pageNumber === 1}
          leftSection={<ChevronLeftIcon size={14} />}
          onClick={pages.previous}
        >
          {isBackToFirst ? 'First page' : 'Previous'}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!hasNext}
          rightSection={<ChevronRightIcon size={14} />}
          onClick={pages.next}
        >
          Next
        </Button>
      </Group>
    </nav>
  );
}

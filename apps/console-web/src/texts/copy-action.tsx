import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { CheckIcon, CopyIcon } from '../design/icons.js';

/** Copies `value`; `what` completes "Copy …". */
export function CopyAction({ value, what }: { readonly value: string; readonly what: string }): ReactElement {
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${what}`} withArrow>
          <ActionIcon
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            size="sm"
            onClick={copy}
            aria-label={copied ? 'Copied' : `Copy ${what}`}
          >
            {copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

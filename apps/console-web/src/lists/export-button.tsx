import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { withQuery, type QueryValue } from '../api/ask.js';
import { DownloadIcon } from '../design/icons.js';

interface Props {
  readonly path: string;
  readonly filter: Readonly<Record<string, QueryValue>>;
}

/** Everything that fits the filters of the list, as a table to keep. */
export const ExportButton = ({ path, filter }: Props): ReactElement => (
  <Button
    component="a"
    variant="default"
    leftSection={<DownloadIcon size={16} />}
    href={withQuery(path, filter)}
    download
  >
    Export CSV
  </Button>
);

import type { ReactElement } from 'react';
import { ClaimedText } from './claimed-text.js';

interface Props {
  readonly systemName: string | null;
  readonly sensorId: string;
}

export const systemTitle = ({ systemName, sensorId }: Props): string =>
  systemName === null || systemName === '' ? sensorId : systemName;

/** What operators called a system, else its ID. */
export const SystemName = ({ system }: { readonly system: Props }): ReactElement => (
  <ClaimedText text={systemTitle(system)} />
);

import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { connectionState } from '../api/connection-state.js';
import { useSharedState } from '../api/create-state.js';

interface Props {
  readonly isPaused: boolean;
  readonly onToggle: () => void;
}

/** Says whether a list follows what happens, which it cannot while the console does not answer. */
export function LiveSwitch({ isPaused, onToggle }: Props): ReactElement {
  const isConnected = useSharedState(connectionState) === 'answering';
  const state = !isConnected ? 'off' : isPaused ? 'paused' : 'live';
  return (
    <Tooltip label="Key p">
      <button type="button" className="live-switch" aria-pressed={isPaused} onClick={onToggle}>
        <span className="live-dot" data-state={state} aria-hidden="true" />
        {words[state]}
      </button>
    </Tooltip>
  );
}

const words = { live: 'Live', paused: 'Paused', off: 'Not connected' } as const;

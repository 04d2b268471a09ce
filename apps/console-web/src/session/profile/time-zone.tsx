import { Select, Text } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { useSharedState } from '../../api/create-state.js';
import { Card } from '../../design/card.js';
import { setTimeZone } from '../../view-settings/view-settings.js';
import { timeZoneState } from '../../texts/formats.js';
import { useNowMs } from '../../texts/moment.js';
import { formatTime } from '../../texts/formats.js';

const ofBrowser = 'browser';

/** For those who work with logs of another place. Kept in this browser. */
export function TimeZone(): ReactElement {
  const zone = useSharedState(timeZoneState);
  const nowMs = useNowMs();
  const zones = useMemo(() => {
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    return [
      { value: ofBrowser, label: `As this browser (${own})` },
      ...['UTC', ...Intl.supportedValuesOf('timeZone').filter((one) => one !== 'UTC')],
    ];
  }, []);
  return (
    <Card title="Times">
      <Select
        label="Time zone"
        description="All times on all pages, and the times that filters take. Kept in this browser."
        searchable
        nothingFoundMessage="No such time zone"
        allowDeselect={false}
        maxDropdownHeight={280}
        limit={200}
        data={zones}
        value={zone ?? ofBrowser}
        onChange={(next) => setTimeZone(next === null || next === ofBrowser ? undefined : next)}
      />
      <Text size="sm" c="dimmed" mt="xs">
        Now: {formatTime(new Date(nowMs).toISOString())}
      </Text>
    </Card>
  );
}

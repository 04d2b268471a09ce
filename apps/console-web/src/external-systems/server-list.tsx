import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useIsAdministrator } from '../api/session-state.js';
import { ListEmpty, ListFailed, ListLoading } from '../lists/list-states.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import '../lists/lists.css';
import { Card } from '../design/card.js';
import { SearchIcon, SystemsIcon } from '../design/icons.js';
import { plural } from '../texts/formats.js';
import { stateWords, type ExternalSystem } from './external-system.js';
import { FirstRequest } from './first-request.js';
import { foldSystems, matchesText } from './fold-systems.js';
import { ServerTable } from './server-table.js';
import { sortSystems } from './sort-systems.js';
import { useExternalSystems } from './systems-query.js';
import { SystemDialogs, type SystemAction } from './system-dialogs.js';

const firstShown = 100;

const filterKeys = ['q', 'state', 'sort'] as const;
type Filter = Record<(typeof filterKeys)[number], string | null>;
type ChangeFilter = (part: Partial<Filter>) => void;

export function ServerList(): ReactElement {
  const systems = useExternalSystems();
  // In the address: a notice about certificates leads to them in the order of their end.
  const { filter, change } = useAddressFilter(filterKeys);
  return (
    <Card title="Server list" isFlush aside={<ListFilter filter={filter} onChange={change} />}>
      {systems.isPending && <ListLoading what="the Server list" />}
      {systems.isError && systems.data === undefined && (
        <ListFailed problem={systems.error} onRetry={() => void systems.refetch()} />
      )}
      {systems.data?.length === 0 && (
        <ListEmpty icon={<SystemsIcon size={28} />} title="No external system has called yet">
          <FirstRequest />
        </ListEmpty>
      )}
      {systems.data !== undefined && systems.data.length > 0 && (
        <Entries systems={systems.data} filter={filter} onChange={change} />
      )}
    </Card>
  );
}

function ListFilter({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: ChangeFilter;
}): ReactElement {
  return (
    <Group gap="xs">
      <TextInput
        size="xs"
        aria-label="Find in the Server list"
        placeholder="ID, name, address, fingerprint"
        leftSection={<SearchIcon size={14} />}
        value={filter.q ?? ''}
        onChange={(event) => onChange({ q: event.currentTarget.value })}
      />
      <Select
        size="xs"
        w={140}
        aria-label="State"
        placeholder="Any state"
        clearable
        value={filter.state}
        data={Object.entries(stateWords).map(([value, { name }]) => ({ value, label: name }))}
        onChange={(state) => onChange({ state })}
      />
    </Group>
  );
}

function Entries({
  systems,
  filter,
  onChange,
}: {
  readonly systems: readonly ExternalSystem[];
  readonly filter: Filter;
  readonly onChange: ChangeFilter;
}): ReactElement {
  const isAdministrator = useIsAdministrator();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [action, setAction] = useState<SystemAction | null>(null);
  const [shown, setShown] = useState(firstShown);
  const matching = systems.filter(
    (one) => matchesText(one, filter.q ?? '') && (filter.state === null || one.state === filter.state),
  );
  const entries = sortSystems(foldSystems(matching), filter.sort);
  const chosen = systems.filter((one) => selected.has(one.id));
  const select = (ids: readonly string[], isOn: boolean) => {
    const next = new Set(selected);
    for (const id of ids)
      if (isOn) next.add(id);
      else next.delete(id);
    setSelected(next);
  };
  return (
    <>
      {chosen.length > 0 && (
        <SelectionBar chosen={chosen} onAct={setAction} onClear={() => setSelected(new Set())} />
      )}
      {entries.length === 0 ? (
        <ListEmpty icon={<SearchIcon size={28} />} title="Nothing matches">
          <Text size="sm" c="dimmed">
            {plural(systems.length, 'certificate')} in the list; none fits the filter above.
          </Text>
        </ListEmpty>
      ) : (
        <ServerTable
          entries={entries.slice(0, shown)}
          isAdministrator={isAdministrator}
          selected={selected}
          onSelect={select}
          onAct={setAction}
          sort={filter.sort}
          onSort={(sort) => onChange({ sort })}
        />
      )}
      <div className="list-foot">
        <span>
          {plural(entries.length, 'system')}, {plural(matching.length, 'certificate')}
        </span>
        {entries.length > shown && (
          <Button size="xs" variant="default" onClick={() => setShown(shown + firstShown)}>
            Show more
          </Button>
        )}
      </div>
      <SystemDialogs
        action={action}
        systems={systems}
        onClose={() => setAction(null)}
        onDone={(done) => select(done, false)}
      />
    </>
  );
}

function SelectionBar(props: {
  readonly chosen: readonly ExternalSystem[];
  readonly onAct: (action: SystemAction) => void;
  readonly onClear: () => void;
}): ReactElement {
  const rejectable = props.chosen.filter((one) => one.state === 'pending' || one.state === 'accepted');
  return (
    <Group px="lg" pb="sm" gap="xs" role="toolbar" aria-label="Selected certificates">
      <Text size="sm" fw={600}>
        {props.chosen.length} selected
      </Text>
      <Button
        size="xs"
        variant="default"
        disabled={rejectable.length === 0}
        onClick={() => props.onAct({ kind: 'reject', systems: rejectable })}
      >
        Reject {rejectable.length > 0 ? rejectable.length : ''}
      </Button>
      <Button
        size="xs"
        variant="light"
        color="red"
        onClick={() => props.onAct({ kind: 'delete', systems: props.chosen })}
      >
        Delete {props.chosen.length}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={props.onClear}>
        Clear selection
      </Button>
    </Group>
  );
}

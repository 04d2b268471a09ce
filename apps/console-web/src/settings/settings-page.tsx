import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { settingKeys, type SettingKey, type Settings } from '@sluice/contracts';
import type { ReactElement, ReactNode } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { useIsAdministrator } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import { Card } from '../design/card.js';
import { refusedFields } from '../forms/field-problems.js';
import { PageHead } from '../design/page-head.js';
import { SettingField } from './setting-field.js';
import { describeBounds, describeValue } from './setting-values.js';
import { settingGroups, settingOptionNames, settingTexts } from './setting-texts.js';
import { useChangeSettings, useSettings, type SettingDescriptions } from './settings-query.js';
import './settings.css';

type Draft = Partial<Record<SettingKey, unknown>>;

export function SettingsPage(): ReactElement {
  const settings = useSettings();
  return (
    <>
      <PageHead title="Settings">
        Changes reach every running service within a second, without a restart.
      </PageHead>
      {settings.data === undefined ? (
        <Card isFlush>
          {settings.isError ? (
            <ListFailed problem={settings.error} onRetry={() => void settings.refetch()} />
          ) : (
            <ListLoading what="the settings" />
          )}
        </Card>
      ) : (
        <SettingsForm settings={settings.data} />
      )}
    </>
  );
}

function SettingsForm({ settings }: { readonly settings: SettingDescriptions }): ReactElement {
  const isAdministrator = useIsAdministrator();
  // Holds what was touched alone: what no one touched here goes on following the server.
  const form = useForm<Draft>({ initialValues: {} });
  const draft = form.values;
  const change = useChangeSettings();
  const changed = Object.fromEntries(
    Object.entries(draft).filter(([key, value]) => value !== settings[key as SettingKey].value),
  ) as Partial<Settings>;
  const count = Object.keys(changed).length;
  const save = () =>
    change.mutate(changed, {
      onSuccess: () => {
        form.reset();
        notify('done', 'The settings are saved.');
      },
      onError: (thrown) => form.setErrors(refusedFields(thrown)),
    });
  return (
    <form onSubmit={form.onSubmit(save)}>
      <Stack gap="md">
        {settingGroups.map((group) => (
          <Card key={group} title={group}>
            <div className="settings">
              {settingKeys
                .filter((key) => settingTexts[key].group === group && key in settings)
                .map((key) => (
                  <OneSetting
                    key={key}
                    settingKey={key}
                    settings={settings}
                    draft={draft}
                    isReadOnly={!isAdministrator}
                    problem={form.errors[key]}
                    onChange={(value) => form.setFieldValue(key, value)}
                  />
                ))}
            </div>
          </Card>
        ))}
      </Stack>
      {(count > 0 || change.isError) && (
        <div className="save-bar" role="region" aria-label="Unsaved changes">
          <Text
            size="sm"
            fw={600}
            role={change.isError ? 'alert' : 'status'}
            c={change.isError ? 'red' : 'var(--mantine-color-text)'}
          >
            {change.isError
              ? `Not saved. ${describeProblem(change.error)}`
              : `${count} unsaved change${count === 1 ? '' : 's'}`}
          </Text>
          <Group gap="xs">
            <Button
              variant="default"
              onClick={() => {
                form.reset();
                change.reset();
              }}
            >
              Undo
            </Button>
            <Button type="submit" loading={change.isPending} disabled={count === 0}>
              Save
            </Button>
          </Group>
        </div>
      )}
    </form>
  );
}

interface OneSettingProps {
  readonly settingKey: SettingKey;
  readonly settings: SettingDescriptions;
  readonly draft: Draft;
  readonly isReadOnly: boolean;
  readonly problem: ReactNode;
  readonly onChange: (value: unknown) => void;
}

function OneSetting(props: OneSettingProps): ReactElement {
  const { settingKey: key, settings } = props;
  const setting = settings[key];
  const text = settingTexts[key];
  const isChanged = key in props.draft && props.draft[key] !== setting.value;
  return (
    <div className="setting" id={key} data-setting={key}>
      <div>
        <Group gap={8}>
          <Text fw={600} size="sm" id={`name-${key}`}>
            {text.name}
          </Text>
          {isChanged && <Badge color="orange">Not saved</Badge>}
          {setting.pinned && <Badge color="gray">Fixed</Badge>}
        </Group>
        <Text size="sm" c="dimmed" id={`effect-${key}`}>
          {text.effect}
        </Text>
        <Text size="xs" c="dimmed">
          Default:{' '}
          {settingOptionNames[key]?.[String(setting.default)] ?? describeValue(setting, setting.default)}
          {describeBounds(setting)}
        </Text>
        {setting.pinned && (
          <Text size="xs" fw={600}>
            Set by the configuration of the console ({setting.pinnedBy}); it cannot be changed here.
          </Text>
        )}
      </div>
      <SettingField
        settingKey={key}
        setting={setting}
        value={key in props.draft ? props.draft[key] : setting.value}
        isReadOnly={props.isReadOnly || setting.pinned}
        problem={props.problem}
        onChange={props.onChange}
      />
    </div>
  );
}

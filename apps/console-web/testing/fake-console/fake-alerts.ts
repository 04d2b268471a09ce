import type { AlertGroupsAnswer } from '@sluice/console-api';
import type { sampleAlerts } from './sample-alerts.js';

export type SampleAlert = ReturnType<typeof sampleAlerts>[number];

export function fitsAlert(alert: SampleAlert, query: URLSearchParams): boolean {
  const asked = (key: string, value: unknown) => query.get(key) === null || query.get(key) === value;
  return (
    asked('state', alert.state) &&
    asked('importance', alert.importance) &&
    asked('source', alert.source) &&
    asked('disposition', alert.disposition) &&
    asked('assignee', alert.assignee) &&
    asked('sensorId', alert.sensorId) &&
    asked('sha256', alert.object.sha256) &&
    asked('sender', alert.message?.sender) &&
    (query.get('part') === null || alert.detections.some((one) => one.sha256 === query.get('part'))) &&
    (query.get('detection') === null || alert.names.some((one) => one === query.get('detection'))) &&
    (query.get('technology') === null || alert.technologies.some((one) => one === query.get('technology')))
  );
}

/** Whoever asks decided on what they saw. */
export const isAsSeen = (alert: SampleAlert, { ifState }: Record<string, unknown>): boolean =>
  ifState === undefined || ifState === alert.state;

/** The alert with what was asked for, and the entry of its history that tells of it. */
export function changedAlert(found: SampleAlert, body: Record<string, unknown>): SampleAlert {
  return {
    ...found,
    ...('state' in body ? { state: body['state'] as SampleAlert['state'] } : {}),
    ...('assignee' in body ? { assignee: body['assignee'] as string | null } : {}),
    ...('disposition' in body ? { disposition: body['disposition'] as SampleAlert['disposition'] } : {}),
    changes: [
      ...found.changes,
      {
        at: new Date().toISOString(),
        operator: 'admin',
        stateBefore: found.state,
        stateAfter: (body['state'] as SampleAlert['state'] | undefined) ?? found.state,
        assigneeBefore: found.assignee,
        assigneeAfter: 'assignee' in body ? (body['assignee'] as string | null) : found.assignee,
        dispositionBefore: found.disposition,
        dispositionAfter: (body['disposition'] as SampleAlert['disposition'] | undefined) ?? null,
        comment: (body['comment'] as string | undefined) ?? null,
      },
    ],
  };
}

export function groupAlerts(alerts: readonly SampleAlert[], by: string): AlertGroupsAnswer {
  const groups = new Map<string, SampleAlert[]>();
  for (const alert of alerts) {
    const keys: Record<string, string | null | undefined> = {
      hash: alert.object.sha256,
      part: alert.detections[0]?.sha256,
      detection: alert.names[0],
      sender: alert.message?.sender,
      system: alert.sensorId,
    };
    const key = keys[by];
    if (key !== null && key !== undefined) groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  const items = [...groups].map(([key, list]) => ({
    key,
    name:
      by === 'hash' ? (list[0]?.object.name ?? null) : by === 'system' ? (list[0]?.systemName ?? null) : null,
    count: list.length,
    newCount: list.filter((one) => one.state === 'new').length,
    importance: list[0]?.importance ?? 'low',
    firstAt: list.at(-1)?.createdAt ?? '',
    lastAt: list[0]?.createdAt ?? '',
  }));
  items.sort((one, other) => other.count - one.count);
  return { items, groupsTotal: items.length, alertsTotal: alerts.length, isMore: false };
}

import { Inject, Injectable } from '@nestjs/common';
import type { RulePreviewRequest } from '@sluice/console-api/requests';
import { readRows, type Database } from '@sluice/database';
import {
  alertEventOf,
  alertFactsRowSchema,
  channelSettingsSchemas,
  composeMail,
  matchesAlert,
  syslogLines,
  systemLabel,
  webhookBody,
  type AlertEvent,
  type Notice,
} from '@sluice/notifications';
import { softwareVersion } from '@sluice/runtime';
import { z } from 'zod';
import { databaseToken } from '../../connections/connection-tokens.js';
import { badRequest } from '../../api/api.errors.js';
import { ChannelStore, type Channel } from '../channels/channel.store.js';
import { sampleOperationEvent } from './sample-problems.js';

const lookedAt = 100;
const previewRowSchema = alertFactsRowSchema.extend({ event_id: z.string() });
/** Until a notifier has told what its links start with. */
const noConsoleUrl = 'https://localhost:9443';

/** Which of the last 100 alerts a rule would tell, and how the newest of them would look; for operation, a made-up one. */
@Injectable()
export class RulePreviewService {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly channels: ChannelStore,
  ) {}

  async preview(preview: RulePreviewRequest) {
    const channel = await this.channelOf(preview);
    const consoleUrl = (await this.channels.consoleUrl()) ?? noConsoleUrl;
    const { rows } = await this.database.query(
      `SELECT f.*, coalesce((SELECT e.id FROM deliveries.events e WHERE e.alert_id = f.alert_id LIMIT 1),
         gen_random_uuid()) AS event_id
       FROM deliveries.alert_facts f ORDER BY f.alert_id DESC LIMIT ${lookedAt}`,
    );
    const alerts = readRows(previewRowSchema, rows).map((row) => alertEventOf(row, row.event_id));
    // Masks tried one after the other would spell blind recipients out to whoever may write a rule's preview.
    const matched = alerts.filter((alert) => matchesAlert(preview.match, { ...alert, blindRecipients: [] }));
    const notice = noticeOf(preview, matched[0]);
    return {
      looked: alerts.length,
      matched: matched.map(toItem),
      example: notice === null ? null : render(notice, preview, { channel, consoleUrl }),
    };
  }

  private async channelOf({ channelId }: RulePreviewRequest): Promise<Channel | null> {
    if (channelId === undefined || channelId === null) return null;
    const channel = await this.channels.find(null, channelId);
    if (channel === null) throw badRequest('there is no such channel', { channelId: 'no such channel' });
    return channel;
  }
}

const toItem = (alert: AlertEvent) => ({
  alertId: alert.alertId,
  createdAt: alert.createdAt,
  importance: alert.importance,
  detected: [...new Set(alert.detections.map((one) => one.name))],
  objectName: alert.objectName,
  system: systemLabel(alert),
  type: alert.systemType,
});

/** The newest alert, or troubles made up for a rule on operation. */
function noticeOf({ match }: RulePreviewRequest, newest: AlertEvent | undefined): Notice | null {
  if (match.operation !== null) {
    const event = sampleOperationEvent(match.operation);
    return { kind: 'operation', id: event.eventId, event };
  }
  return newest === undefined ? null : { kind: 'alert', id: newest.eventId, alert: newest };
}

/** As the channel would send it, byte for byte; without one, as a mail. */
function render(
  notice: Notice,
  preview: RulePreviewRequest,
  { channel, consoleUrl }: { channel: Channel | null; consoleUrl: string },
) {
  const { subject = null, name = null } = preview;
  switch (channel?.kind ?? 'smtp') {
    case 'smtp':
      return { form: 'mail', ...composeMail(notice, { subject, ruleName: name, consoleUrl }) };
    case 'webhook':
      return { form: 'json', text: JSON.stringify(webhookBody(notice, consoleUrl)) };
    case 'syslog': {
      const settings = channelSettingsSchemas.syslog.parse(channel?.settings);
      const [text = ''] = syslogLines(notice, settings, { version: softwareVersion, consoleUrl });
      return { form: settings.format, text };
    }
  }
}

import { describe, expect, it } from 'vitest';
import { alertEventOf, type AlertFactsRow } from './alert-facts.js';
import { alertEvent } from './testing/index.js';

const row = (changes: Partial<AlertFactsRow>): AlertFactsRow => ({
  alert_id: 42,
  created_at: new Date(),
  submitted_at: new Date(),
  importance: 'high',
  technologies: ['am'],
  detections: [],
  detections_total: 0,
  object_name: null,
  object_type: 'email',
  size_bytes: 1,
  sha256: 'a'.repeat(64),
  md5: null,
  sha1: null,
  detected_type: null,
  object_kept_until: null,
  is_mail: true,
  registration_id: alertEvent().registrationId,
  sensor_id: 'mx-1',
  system_name: null,
  instance: '',
  scan_id: null,
  source_address: '10.1.2.3',
  mail_from: 'joerg@example.com',
  rcpt_to: ['Anna@example.org', 'hidden@example.org'],
  named_rcpt_to: ['Anna@example.org'],
  mail_origin: null,
  mail: { from: null, to: ['anna@example.org', 'list@example.org'], subject: null, messageId: null },
  ...changes,
});
const recipientsOf = (changes: Partial<AlertFactsRow>) => {
  const { recipients, blindRecipients } = alertEventOf(row(changes), alertEvent().eventId);
  return { recipients, blindRecipients };
};

describe('the recipients of an alert', () => {
  it('are those of the envelope that the message names; the others stand apart', () => {
    expect(recipientsOf({})).toEqual({
      recipients: ['Anna@example.org'],
      blindRecipients: ['hidden@example.org'],
    });
  });

  it('are those of the header fields where the envelope names none of them, or is not known', () => {
    const named = ['anna@example.org', 'list@example.org'];
    expect(recipientsOf({ named_rcpt_to: [] })).toEqual({
      recipients: named,
      blindRecipients: ['Anna@example.org', 'hidden@example.org'],
    });
    expect(recipientsOf({ rcpt_to: [], named_rcpt_to: [] })).toEqual({
      recipients: named,
      blindRecipients: [],
    });
    expect(recipientsOf({ named_rcpt_to: [], mail: null }).recipients).toEqual([]);
  });
});

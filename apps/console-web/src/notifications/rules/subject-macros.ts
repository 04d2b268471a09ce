/** What may stand in a subject; a spec holds the names against those the notifier knows. */
export const subjectMacros = [
  { name: 'importance', what: 'Importance', example: 'high' },
  { name: 'detected', what: 'Names of what was found', example: 'Win.Test.Sample-1' },
  { name: 'technology', what: 'What found it', example: 'am, yara' },
  { name: 'object', what: 'Name of the object', example: 'invoice.zip' },
  { name: 'size', what: 'Its size in bytes', example: '48213' },
  { name: 'sha256', what: 'Its SHA-256', example: '9f86d081884c7d65…' },
  { name: 'system', what: 'External system', example: 'Nextcloud' },
  { name: 'type', what: 'Type of the system', example: 'mail' },
  { name: 'source', what: 'Address it was sent from', example: '10.20.4.17' },
  { name: 'sender', what: 'Sender of a mail', example: 'billing@supplier.example' },
  { name: 'recipients', what: 'Its recipients', example: 'm.weber@example.org' },
  { name: 'mail_subject', what: 'Its subject', example: 'Outstanding payment' },
  { name: 'alert_id', what: 'Number of the alert', example: '4209' },
  { name: 'time', what: 'Time of the alert, UTC', example: '2026-03-01T10:20:30Z' },
  { name: 'count', what: 'Number of alerts in a digest', example: '12' },
] as const;

export const defaultSubject = 'Sluice: %importance%, %detected% in %object%';

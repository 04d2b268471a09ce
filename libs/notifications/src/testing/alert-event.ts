import type { AlertEvent } from '../alert-event.schema.js';

/** An alert as the ledger would tell it; override what a test is about. */
export const alertEvent = (changes: Partial<AlertEvent> = {}): AlertEvent => ({
  kind: 'alert',
  eventId: '6f2f3c52-8f43-4a53-9a3e-0c6f3c1b7d10',
  alertId: 42,
  createdAt: '2026-03-01T10:20:30.456Z',
  submittedAt: '2026-03-01T10:20:29.100Z',
  importance: 'high',
  technologies: ['am'],
  detections: [
    { engine: 'ClamAV', technology: 'am', name: 'Win.Test.Sample-1', path: ['invoice.zip', 'invoice.exe'] },
  ],
  detectionsTotal: 1,
  objectName: 'invoice.zip',
  objectType: 'file',
  sizeBytes: 18_432,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  md5: '098f6bcd4621d373cade4e832627b4f6',
  sha1: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
  detectedType: 'application/zip',
  objectKeptUntil: '2026-03-31T10:20:30.456Z',
  systemType: 'other',
  registrationId: '0a4fcb0e-9a55-4c6a-b39b-7d2d8f1c2a01',
  sensorId: 'files-01',
  systemName: 'File server, head office',
  instance: null,
  scanId: 'scan-1',
  sourceAddress: '10.1.2.3',
  sender: null,
  recipients: [],
  mailSubject: null,
  messageId: null,
  ...changes,
});

export const mailAlertEvent = (changes: Partial<AlertEvent> = {}): AlertEvent =>
  alertEvent({
    objectType: 'email',
    systemType: 'mail',
    sensorId: 'mx-1',
    systemName: null,
    objectName: 'Your invoice.eml',
    detectedType: 'message/rfc822',
    sender: 'billing@sender.example',
    recipients: ['anna@example.org', 'bert@example.org'],
    mailSubject: 'Your invoice',
    messageId: '<1@sender.example>',
    ...changes,
  });

import { describe, expect, it } from 'vitest';
import type { AlertRow } from './detects.query.js';
import { toDetect } from './to-detect.js';

const row: AlertRow = {
  id: 7,
  submitted_at: new Date('2026-11-21T10:00:00Z'),
  created_at: new Date('2026-11-21T10:00:01Z'),
  importance: 'high',
  is_mail: false,
  technologies: ['am', 'yara'],
  detections: [
    { engine: 'clamav', technology: 'am', name: 'Virus', path: [] },
    { engine: 'yara', technology: 'yara', name: 'Rule', path: ['a'] },
    { engine: 'clamav', technology: 'am', name: 'Virus', path: ['a'] },
  ],
  database_version: 202611210000,
  object_name: 'a.zip',
  object_type: 'file',
  size_bytes: 5,
  sha256: 'a'.repeat(64),
  md5: 'b'.repeat(32),
  detected_type: 'application/zip',
  mail_from: null,
  rcpt_to: [],
  mail: null,
};
const mail = { from: 'h@x', to: ['t@x'], subject: 'S', messageId: '<1@x>' };

describe('an element of the alerts feed', () => {
  it('has every field of the wire contract', () => {
    expect(toDetect(row, null)).toEqual({
      alertID: 7,
      eventTimeStamp: '2026-11-21T10:00:00.000Z',
      detectTimestamp: '2026-11-21T10:00:01.000Z',
      importance: 'high',
      objectSource: 'external',
      technology: 'am',
      objectType: 'file',
      object: {
        processedObject: {
          MD5: 'b'.repeat(32),
          SHA256: 'a'.repeat(64),
          fileName: 'a.zip',
          fileType: 'application/zip',
          fileSize: 5,
        },
        detectedObject: { MD5: 'b'.repeat(32), fileName: 'a.zip', fileSize: 5 },
      },
      detection: { detect: ['Virus', 'Rule'], dataBaseVersion: 202611210000 },
      details: {},
    });
  });

  it('names the technology that was asked for', () => {
    expect(toDetect(row, ['yara'])['technology']).toBe('yara');
  });

  it('of mail tells the envelope, and the headers where there is none', () => {
    const sensor = { ...row, is_mail: true, mail };
    expect(toDetect({ ...sensor, mail_from: 'e@x', rcpt_to: ['r@x'] }, null)).toMatchObject({
      objectSource: 'mail',
      details: { sender: 'e@x', recipients: ['r@x'], subject: 'S', messageId: '<1@x>' },
    });
    expect(toDetect(sensor, null)['details']).toMatchObject({ sender: 'h@x', recipients: ['t@x'] });
  });
});

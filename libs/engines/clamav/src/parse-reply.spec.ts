import { describe, expect, it } from 'vitest';
import type { HeuristicMeaning } from '@sluice/contracts';
import { parseClamdUrl } from './clamd-address.js';
import { parseReply, parseVersion } from './parse-reply.js';

describe('parseReply', () => {
  it('says clean to the one answer that means it', () => {
    expect(parseReply('stream: OK')).toEqual({ kind: 'clean' });
  });

  it('gives the name of what was found', () => {
    expect(parseReply('stream: Win.Test.EICAR_HDB-1 FOUND')).toEqual({
      kind: 'infected',
      detections: [{ engine: 'clamav', technology: 'am', name: 'Win.Test.EICAR_HDB-1', path: [] }],
    });
  });

  it.each([
    [
      'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND',
      { reason: 'limit-exceeded', limit: 'MaxFileSize' },
    ],
    ['stream: Heuristics.Limits.Exceeded FOUND', { reason: 'limit-exceeded' }],
    ['stream: Heuristics.Encrypted.Zip FOUND', { reason: 'encrypted' }],
    ['INSTREAM size limit exceeded. ERROR', { reason: 'too-large' }],
  ])('says why it was not examined in full: %s', (reply, why) => {
    expect(parseReply(reply)).toEqual({ kind: 'unscannable', ...why });
  });

  it('gives the importance of a name that is not malware for certain', () => {
    const detections = (name: string, changes = new Map<string, HeuristicMeaning>()): unknown => {
      const outcome = parseReply(`stream: ${name} FOUND`, changes);
      return outcome.kind === 'infected' ? outcome.detections : outcome;
    };
    expect(detections('Heuristics.OLE2.ContainsMacros.VBA')).toMatchObject([{ importance: 'low' }]);
    expect(detections('Heuristics.New')).toMatchObject([{ importance: 'medium' }]);
    const changes = new Map<string, HeuristicMeaning>([
      ['Heuristics.New', 'high'],
      ['Heuristics.Broken.Media', 'damaged'],
    ]);
    expect(detections('Heuristics.New', changes)).toMatchObject([{ importance: 'high' }]);
    expect(detections('Heuristics.Broken.Media', changes)).toEqual({
      kind: 'unscannable',
      reason: 'damaged',
    });
  });

  it('takes information for a remark, which may hide a limit', () => {
    expect(parseReply('stream: Heuristics.PDF.ObfuscatedNameObject FOUND')).toEqual({
      kind: 'unscannable',
      reason: 'limit-exceeded',
      isRemark: true,
      limit: 'beside Heuristics.PDF.ObfuscatedNameObject',
    });
  });

  it.each([
    '',
    'OK',
    'stream: ok',
    'stream: OK ',
    ' stream: OK',
    'stream: OK\nx',
    'stream: FOUND',
    'stream: Empty file OK',
  ])('never says clean to an answer it does not know: %j', (reply) => {
    expect(parseReply(reply)).toEqual({ kind: 'failed', code: 'bad-answer', retryable: true });
  });

  it('tells an error of clamd as a failure', () => {
    const failed = { kind: 'failed', code: 'refused', retryable: true };
    expect(parseReply('stream: Cannot allocate memory ERROR')).toEqual(failed);
    expect(parseReply('Can\u0027t allocate memory ERROR')).toEqual(failed);
  });

  it('tells what it gives no memory for as beyond a limit', () =>
    expect(parseReply('stream: Can\u0027t allocate memory ERROR')).toEqual({
      kind: 'unscannable',
      reason: 'limit-exceeded',
      limit: 'MaxAllocation',
    }));
});

describe('parseVersion', () => {
  it('reads the date of an official database', () => {
    const version = parseVersion('ClamAV 1.4.3/27800/Fri Nov 20 09:37:11 2026');
    expect(version?.version).toBe('1.4.3/27800');
    expect(version?.signaturesAt).toEqual(new Date('Fri Nov 20 09:37:11 2026'));
  });

  it('knows no date without one', () => {
    expect(parseVersion('ClamAV 1.4.3')).toEqual({ version: '1.4.3', signaturesAt: null });
    expect(parseVersion('ClamAV 1.4.3/27800/someday')).toEqual({
      version: '1.4.3/27800',
      signaturesAt: null,
    });
  });

  it('refuses an answer that is not of clamd', () => {
    expect(parseVersion('PONG')).toBeNull();
    expect(parseVersion('UNKNOWN COMMAND')).toBeNull();
  });
});

describe('parseClamdUrl', () => {
  it('takes sockets and addresses', () => {
    expect(parseClamdUrl('unix:/run/clamd.sock')).toEqual({ path: '/run/clamd.sock' });
    expect(parseClamdUrl('tcp://clamd:3310')).toEqual({ host: 'clamd', port: 3310, noDelay: true });
    expect(parseClamdUrl('tcp://[::1]:3310')).toEqual({ host: '::1', port: 3310, noDelay: true });
  });

  it.each([
    '',
    'clamd',
    'http://clamd:3310',
    'tcp://clamd',
    'tcp://clamd:0',
    'tcp://clamd:99999',
    'unix:relative',
  ])('refuses %j', (url) => {
    expect(parseClamdUrl(url)).toBeNull();
  });
});

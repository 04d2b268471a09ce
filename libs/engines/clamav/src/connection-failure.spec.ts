import { describe, expect, it } from 'vitest';
import { parseClamdUrl } from './clamd-address.js';
import { describeFailure, placeOf } from './connection-failure.js';
import { ClamdSession } from './clamd-session.js';

const file = { path: '/run/clamd.ctl' };
const port = { host: 'scan.example', port: 3310 };
const error = (code: string): Error => Object.assign(new Error('connect'), { code });

describe('a connection with clamd that failed', () => {
  it.each([
    [file, 'ENOENT', /at unix:\/run\/clamd\.ctl \(ENOENT\): .*LocalSocket/],
    [file, 'EACCES', /at unix:\/run\/clamd\.ctl \(EACCES\): .*enter each folder above/],
    [file, 'ECONNREFUSED', /\(ECONNREFUSED\): .*start clamd/],
    [port, 'ECONNREFUSED', /at tcp:\/\/scan\.example:3310 \(ECONNREFUSED\): .*TCPSocket/],
    [port, 'ENOTFOUND', /\(ENOTFOUND\): .*CLAMD_URL/],
    [port, 'EHOSTUNREACH', /at tcp:\/\/scan\.example:3310 \(EHOSTUNREACH\)$/],
  ])('at %j with %s says where, why and what next', (address, code, said) => {
    expect(describeFailure(address, error(code))).toMatch(said);
  });

  it.each(['unix:/run/clamd.ctl', 'tcp://scan.example:3310', 'tcp://[::1]:3310'])(
    'names %s as it was configured',
    (url) => expect(placeOf(parseClamdUrl(url) ?? { path: '' })).toBe(url),
  );

  it('says so to who opens a session', async () => {
    const opened = ClamdSession.open({ path: '/nowhere/clamd.ctl' }, 5000);
    await expect(opened).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('unix:/nowhere/clamd.ctl (ENOENT)'),
    });
  });
});

import { describe, expect, it } from 'vitest';
import { releaseReceiverSchema } from './release-receiver.js';

const none = { username: null, password: null };

describe('RELEASE_SMTP_URL', () => {
  it.each([
    ['smtp://127.0.0.1:10026', { host: '127.0.0.1', port: 10_026, security: 'none', ...none }],
    ['smtp://[::1]:26', { host: '::1', port: 26, security: 'none', ...none }],
    ['smtp://localhost', { host: 'localhost', port: 25, security: 'none', ...none }],
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 25, security: 'starttls', ...none }],
    ['smtp://mail:26?security=none', { host: 'mail', port: 26, security: 'none', ...none }],
    ['smtp://127.0.0.1?security=starttls', { host: '127.0.0.1', port: 25, security: 'starttls', ...none }],
    [
      'smtps://us%40er:p%3Aw@mail.example.org',
      { host: 'mail.example.org', port: 465, security: 'tls', username: 'us@er', password: 'p:w' },
    ],
  ])('%s', (url, receiver) => {
    expect(releaseReceiverSchema.parse(url)).toEqual(receiver);
  });

  it.each([
    '127.0.0.1:25',
    'https://mail.example.org',
    'smtp://',
    'smtp://mail?security=tls',
    'smtps://mail?security=none',
  ])('refuses %s, with what it should be', (url) => {
    expect(releaseReceiverSchema.safeParse(url).error?.issues[0]?.message).toMatch(/smtp:\/\//);
  });
});

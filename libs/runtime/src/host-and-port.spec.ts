import { describe, expect, it } from 'vitest';
import { parseHostAndPort } from './host-and-port.js';

describe('a host and a port', () => {
  it.each([
    ['127.0.0.1:3310', { host: '127.0.0.1', port: 3310 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['mail.example.org:0', { host: 'mail.example.org', port: 0 }],
  ])('are read from %s', (text, expected) => {
    expect(parseHostAndPort(text)).toEqual(expected);
  });

  it.each(['3310', 'a:65536', 'a:', ':1', '::1:25', '[::1]', 'unix:/run/x:1', 'http://a:1', 'a:1 '])(
    'are not read from %s',
    (text) => {
      expect(parseHostAndPort(text)).toBeNull();
    },
  );
});

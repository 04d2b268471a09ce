import type { NetConnectOpts } from 'node:net';

/** `unix:/path/to/socket` or `tcp://host:port`. Null when it is neither. */
export function parseClamdUrl(url: string): NetConnectOpts | null {
  if (url.startsWith('unix:/')) return { path: url.slice('unix:'.length).replace(/^\/\/+/, '/') };
  const tcp = /^tcp:\/\/(\[[0-9a-f:.]+\]|[^:/[\]]+):(\d{1,5})$/i.exec(url);
  if (tcp === null) return null;
  const host = (tcp[1] ?? '').replace(/^\[|\]$/g, '');
  const port = Number(tcp[2]);
  // Without it small objects wait 40 ms for the peer's delayed acknowledgement.
  return port > 0 && port < 65_536 ? { host, port, noDelay: true } : null;
}

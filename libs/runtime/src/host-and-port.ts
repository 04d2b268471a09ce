export interface HostAndPort {
  /** An IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT` or `[IPv6]:PORT`; null when it is neither. */
export function parseHostAndPort(text: string): HostAndPort | null {
  const found = /^(\[[0-9a-f:.]+\]|[^:/[\]]+):(\d{1,5})$/i.exec(text);
  const port = Number(found?.[2]);
  if (found === null || port > 65_535) return null;
  return { host: (found[1] ?? '').replace(/^\[|\]$/g, ''), port };
}

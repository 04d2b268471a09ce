/** What a request's target names. */
export interface RequestTarget {
  /** Parsed when first asked for. */
  readonly query: URLSearchParams;
  /** Null: not under the base path of the API. */
  readonly sensorId: string | null;
  /** What follows the sensorId, as it was sent: `/scans`, `/scans/1`, or empty. */
  readonly path: string;
}

const basePath = /^\/kata\/scanner\/v1\/sensors\/([^/]*)(\/.*)?$/s;
/** Proxies may send the absolute form (RFC 9112, 3.2.2). */
const origin = /^https?:\/\/[^/?]*/i;

export function parseRequestTarget(url: string): RequestTarget {
  const target = url.replace(origin, '');
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const search = mark === -1 ? '' : target.slice(mark + 1);
  const match = basePath.exec(path);
  if (match === null) return new Target(search, null, path);
  // An identifier that cannot be decoded is no identifier.
  return new Target(search, decodeSegment(match[1] ?? '') ?? '', match[2] ?? '');
}

class Target implements RequestTarget {
  private parsed: URLSearchParams | null = null;

  constructor(
    private readonly search: string,
    readonly sensorId: string | null,
    readonly path: string,
  ) {}

  get query(): URLSearchParams {
    return (this.parsed ??= new URLSearchParams(this.search));
  }
}

/** Null when its percent-encoding is broken. */
export function decodeSegment(segment: string): string | null {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

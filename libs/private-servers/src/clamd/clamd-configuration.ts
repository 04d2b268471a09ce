const mebibyte = 1024 ** 2;

/** The largest object clamd takes; scanners are told the same. ClamAV itself stops at 2 GiB. */
export const clamdMaxObjectBytes = 1024 * mebibyte;

export interface ClamdPlace {
  readonly socket: string;
  readonly signatures: string;
  readonly temporary: string;
  /** Another account's scanners come in through the socket's folder, which keeps out everyone else. */
  readonly isSocketShared?: boolean;
  /** Scans at once. */
  readonly threads: number;
  /** How long an object whose scan was given up may hold a thread: the setting of that name. */
  readonly scanTimeoutSeconds?: number;
  /** On top of, or instead of, what is here: for specs that need a clamd that is set up otherwise. */
  readonly changes?: Readonly<Record<string, string>>;
}

/** The setting's default. */
const usualScanTimeoutSeconds = 120;

/** Options of clamd.conf (clamd.conf(5), ClamAV 1.0 and newer). */
export function clamdConfiguration(place: ClamdPlace): string {
  const { socket, signatures, temporary, threads } = place;
  const largest = `${clamdMaxObjectBytes / mebibyte}M`;
  const options = {
    Foreground: 'yes',
    LogTime: 'yes',
    LocalSocket: socket,
    LocalSocketMode: place.isSocketShared === true ? '666' : '600',
    FixStaleSocket: 'yes',
    DatabaseDirectory: signatures,
    TemporaryDirectory: temporary,
    OfficialDatabaseOnly: 'no',
    // Signatures that freshclam brings while clamd runs are loaded within ten minutes.
    SelfCheck: '600',
    MaxThreads: String(threads),
    MaxQueue: String(threads * 4),
    ReadTimeout: '180',
    CommandReadTimeout: '30',
    IdleTimeout: '60',
    StreamMaxLength: largest,
    MaxFileSize: largest,
    // All parts of one object together.
    MaxScanSize: `${(clamdMaxObjectBytes * 2) / mebibyte - 1}M`,
    MaxScanTime: String((place.scanTimeoutSeconds ?? usualScanTimeoutSeconds) * 1000),
    // As deep, and as many, as an inspector opens by default, and more.
    MaxRecursion: '17',
    MaxFiles: '20000',
    // These cut in silence, AlertExceedsMax does not cover them: as large as a stream can be.
    MaxEmbeddedPE: largest,
    MaxHTMLNormalize: largest,
    MaxHTMLNoTags: largest,
    MaxScriptNormalize: largest,
    PCREMaxFileSize: largest,
    // In silence too, but what they count is work: ClamAV's own values.
    PCREMatchLimit: '100000',
    PCRERecMatchLimit: '2000',
    // What could not be looked at in full must not pass as clean.
    AlertExceedsMax: 'yes',
    AlertEncrypted: 'yes',
    // It remembers partitions of disk images as clean that it never opened, and calls the same bytes clean elsewhere.
    DisableCache: 'yes',
    // A size that a file of some bytes announces is memory that clamd does not give itself: the object's error, not its end.
    ExitOnOOM: 'no',
    ...place.changes,
  };
  return Object.entries(options)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

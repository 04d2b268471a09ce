const mebibyte = 1024 ** 2;

/** The largest object clamd takes; scanners are told the same. ClamAV itself stops at 2 GiB. */
export const clamdMaxObjectBytes = 1024 * mebibyte;

export interface ClamdPlace {
  readonly socket: string;
  readonly signatures: string;
  readonly temporary: string;
  /** Scans at once. */
  readonly threads: number;
}

/** Options of clamd.conf (clamd.conf(5), ClamAV 1.0 and newer). */
export function clamdConfiguration({ socket, signatures, temporary, threads }: ClamdPlace): string {
  const options = {
    Foreground: 'yes',
    LogTime: 'yes',
    LocalSocket: socket,
    LocalSocketMode: '600',
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
    StreamMaxLength: `${clamdMaxObjectBytes / mebibyte}M`,
    MaxFileSize: `${clamdMaxObjectBytes / mebibyte}M`,
    // All parts of one object together.
    MaxScanSize: `${(clamdMaxObjectBytes * 2) / mebibyte - 1}M`,
    // A thread is held no longer than this by an object whose scan was given up.
    MaxScanTime: '300000',
    // What could not be looked at in full must not pass as clean.
    AlertExceedsMax: 'yes',
    AlertEncrypted: 'yes',
    ExitOnOOM: 'yes',
  };
  return Object.entries(options)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

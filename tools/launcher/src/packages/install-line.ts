import type { Program } from './missing-programs.js';

export type Distribution = 'debian' | 'fedora' | 'alpine' | 'macos' | 'unknown';

const packages: Readonly<Record<Exclude<Distribution, 'unknown'>, Readonly<Record<Program, string>>>> = {
  debian: {
    postgres: 'postgresql',
    rabbitmq: 'rabbitmq-server',
    clamd: 'clamav-daemon',
    curl: 'curl',
    openssl: 'openssl',
    'clamav-testfiles': 'clamav-testfiles',
    chromium: 'chromium-headless-shell',
    rsyslog: 'rsyslog rsyslog-openssl',
    postfix: 'postfix',
    strace: 'strace',
    bsdtar: 'libarchive-tools',
    miltertest: 'miltertest',
    opendkim: 'opendkim',
    clamdscan: 'clamdscan',
  },
  fedora: {
    postgres: 'postgresql-server',
    rabbitmq: 'rabbitmq-server',
    clamd: 'clamd',
    curl: 'curl',
    openssl: 'openssl',
    'clamav-testfiles': 'clamav-test-files',
    chromium: 'chromium',
    rsyslog: 'rsyslog rsyslog-openssl',
    postfix: 'postfix',
    strace: 'strace',
    bsdtar: 'bsdtar',
    miltertest: 'opendkim-tools',
    opendkim: 'opendkim',
    clamdscan: 'clamav',
  },
  alpine: {
    postgres: 'postgresql',
    rabbitmq: 'rabbitmq-server',
    clamd: 'clamav-daemon',
    curl: 'curl',
    openssl: 'openssl',
    'clamav-testfiles': 'clamav',
    chromium: 'chromium',
    rsyslog: 'rsyslog rsyslog-tls',
    postfix: 'postfix',
    strace: 'strace',
    bsdtar: 'libarchive-tools',
    miltertest: 'opendkim-utils',
    opendkim: 'opendkim',
    clamdscan: 'clamav-clamdscan',
  },
  macos: {
    postgres: 'postgresql@17',
    rabbitmq: 'rabbitmq',
    clamd: 'clamav',
    curl: 'curl',
    openssl: 'openssl',
    'clamav-testfiles': 'clamav',
    chromium: 'chromium',
    rsyslog: 'rsyslog',
    postfix: 'postfix',
    strace: 'strace',
    bsdtar: 'libarchive',
    miltertest: 'opendkim',
    opendkim: 'opendkim',
    clamdscan: 'clamav',
  },
};

const commands: Readonly<Record<Exclude<Distribution, 'unknown'>, string>> = {
  debian: 'sudo apt-get install --no-install-recommends',
  fedora: 'sudo dnf install',
  alpine: 'sudo apk add',
  macos: 'brew install',
};

/** From the text of /etc/os-release: its ID, or what it says it is like (Ubuntu, Mint … are like Debian). */
export function distributionOf(osRelease: string, platform: NodeJS.Platform): Distribution {
  if (platform === 'darwin') return 'macos';
  const value = (name: string): string =>
    new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1]?.toLowerCase() ?? '';
  const words = `${value('ID')} ${value('ID_LIKE')}`.split(' ');
  if (words.includes('debian') || words.includes('ubuntu')) return 'debian';
  if (words.includes('fedora') || words.includes('rhel')) return 'fedora';
  return words.includes('alpine') ? 'alpine' : 'unknown';
}

export function packagesFor(missing: readonly Program[]): string[] {
  return missing.flatMap((program) => packages.debian[program].split(' '));
}

/** The exact line to run, or what to look for where we don't know the system. */
export function installLine(missing: readonly Program[], distribution: Distribution): string {
  if (distribution === 'unknown') return `Install ${missing.join(', ')} with your system's packages.`;
  return `${commands[distribution]} ${missing.map((program) => packages[distribution][program]).join(' ')}`;
}

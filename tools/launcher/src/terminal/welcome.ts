import type { RunningSystem } from '../system/start-system.js';
import { listenText, type SensorDoor } from '../system/sensor-doors.js';
import { formatTable } from './format-table.js';

/** What a newcomer needs when everything is up. */
export function welcome(
  system: RunningSystem,
  { shownHome, doors }: { readonly shownHome: string; readonly doors: readonly SensorDoor[] },
): string {
  const rows = [
    ['Gateway', `${system.gatewayUrl}/kata/scanner/v1/sensors/{sensorId}`],
    ['Its certificate', system.certificateFingerprint],
    ['Console', system.consoleUrl],
    ...(system.adminPassword === null
      ? []
      : [
          [
            'Administrator',
            `admin, first password ${system.adminPassword} (also in ${shownHome}/admin-password)`,
          ],
        ]),
    ...doors.map(({ title, listen }) => [capital(title), listenText(listen)]),
    ['State and logs', `${shownHome}, ${system.logs}`],
  ];
  const table = formatTable(
    rows.map(([name = '', value = '']) => [`  ${name}`, value]),
    200,
  );
  return [
    '',
    'Sluice is running.',
    '',
    table,
    '',
    ...separationNote(system),
    ...signatureNote(system),
    'Try it, in another terminal:',
    '',
    '  npm run sluice -- scan README.md',
    '',
    'Or as a system of your own; its first call gets 401 and waits to be accepted:',
    '',
    '  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=first -keyout first.key -out first.crt',
    `  curl --cacert ${shellWord(system.gatewayCertificateFile)} --cert first.crt --key first.key \\`,
    `       ${system.gatewayUrl}/kata/scanner/v1/sensors/first/scans/filters`,
    '  npm run sluice -- systems accept first',
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

const capital = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1);

/** As a shell takes it whole, whatever is in the path. */
export const shellWord = (text: string): string =>
  /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

function separationNote({ notSeparated }: RunningSystem): string[] {
  if (notSeparated.length === 0) return [];
  return [...notSeparated.map((line) => `! ${line}`), '  SECURITY.md says what that means.', ''];
}

function signatureNote({ isTestSignatures, isTestSignaturesAllowed }: RunningSystem): string[] {
  if (!isTestSignatures) return [];
  const base = 'No ClamAV database here: only the EICAR test file is detected. This is NO protection.';
  const effect = isTestSignaturesAllowed
    ? 'While the gateway stays on loopback these test signatures may judge (setting allowTestSignatures).'
    : 'The gateway is reachable from outside, so every scan ends in error until real signatures are there.';
  return [`! ${base}`, `  ${effect}`, '  Real signatures: sudo freshclam, then start again.', ''];
}

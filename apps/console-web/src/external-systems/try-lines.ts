/** A gateway's own port, as long as the console was told no other. */
export const defaultGatewayPort = 8443;

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
}

const sensorUrl = ({ host, port }: GatewayAddress): string =>
  `https://${host}:${port}/kata/scanner/v1/sensors/my-first-system`;

/** A key pair, and the first call with it. */
export const firstRequestLines = (gateway: GatewayAddress): string =>
  [
    'openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=my-first-system" \\',
    '  -keyout client.key -out client.crt',
    'curl -k --cert client.crt --key client.key \\',
    `  ${sensorUrl(gateway)}/scans/filters`,
  ].join('\n');

/** Backwards, so that no virus scanner takes these pages for the file that all of them know. */
const testFileBackwards = '*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\\4[PA@%P!O5X';

/** Sends the test file that every antivirus engine detects and that does no harm. */
export const testScanLines = (gateway: GatewayAddress): string =>
  [
    `printf '%s' '${[...testFileBackwards].reverse().join('')}' > eicar.com`,
    'curl -k --cert client.crt --key client.key \\',
    '  -F scanId=my-first-scan -F content=@eicar.com \\',
    `  ${sensorUrl(gateway)}/scans`,
  ].join('\n');

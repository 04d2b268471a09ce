import type { GatewayAddress } from './try-lines.js';

export interface SnippetContext {
  readonly gateway: GatewayAddress;
  readonly sensorId: string;
  /** `AA:BB:…`; null: not known yet, then nothing compares it. */
  readonly serverFingerprint: string | null;
}

export const basePath = ({ sensorId }: SnippetContext): string => `/kata/scanner/v1/sensors/${sensorId}`;

/** How the key and the certificate beside each program are made. */
export const keyPairLine = ({ sensorId }: SnippetContext): string =>
  `openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=${sensorId} -keyout client.key -out client.crt`;

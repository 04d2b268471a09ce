import type { RawCall, WireClient } from '@sluice/tool-acceptance';

/** Every way to a scan that another system has. */
export const pathsTo = (scanId: string): Omit<RawCall, 'sensorId'>[] => [
  ...[
    '',
    '?sensorInstanceId=one',
    '?sensorInstanceId=two',
    '?sensorInstanceId=',
    '?sensorInstanceId=ONE',
    '?sensorInstanceId=o',
    '?sensorInstanceId=%6fne',
  ].flatMap((query) => [
    { path: `/scans/${scanId}${query}` },
    { path: `/scans/${scanId}${query}`, method: 'DELETE' },
  ]),
  { path: `/scans/${scanId}?wait=1` },
  { path: `/scans/%61nt-one` },
  { path: `/scans/..%2fant%2fscans%2f${scanId}` },
  { path: `/scans/../../ant/scans/${scanId}` },
  { path: `/scans/${scanId}`, method: 'PUT' },
  { path: `/scans/${scanId}`, method: 'OPTIONS' },
  { path: '/scans/state?state=detect&limit=10&after=0' },
  { path: '/scans/state?sensorInstanceId=ant' },
  { path: '/detects?token=7b226f6666736574223a20307d' },
  { path: '/detects?limit=10000&detect_type=am' },
];
/** Headers by which a caller pretends to be another one. */
export function forgeriesOf(client: WireClient): string[] {
  const pem = encodeURIComponent(client.identity.certPem);
  return [
    ...[
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-User: ant',
      'X-Sensor-Id: ant',
      'X-Registration-Id: ant',
      'Forwarded: for=ant',
    ],
    ...[
      `X-Client-Cert: ${pem}`,
      `X-SSL-Client-Cert: ${pem}`,
      `X-Forwarded-Client-Cert: Cert="${pem}"`,
      'X-SSL-Client-Verify: SUCCESS',
    ],
    'X-Original-URL: /kata/scanner/v1/sensors/ant/scans/state',
  ];
}

export const quarantinePath = '/api/quarantine';

/** As they stand in the address, and as the API takes them. */
export const quarantineFilterKeys = [
  'q',
  'state',
  'hold',
  'type',
  'sender',
  'recipient',
  'subject',
  'reason',
  'sensorId',
  'from',
  'until',
] as const;
export type QuarantineFilter = Readonly<Record<(typeof quarantineFilterKeys)[number], string | null>>;

/** Those of the second line; it is open when one of them is set. */
export const furtherFilterKeys = [
  'hold',
  'sender',
  'recipient',
  'subject',
  'reason',
  'sensorId',
  'from',
  'until',
] as const;

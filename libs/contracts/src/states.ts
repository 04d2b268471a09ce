/** States and kinds that appear on the wire, in messages and in rows. One spelling everywhere. */

/** What a caller reads of a scan (wire contract, GET /scans/state). */
export const scanStates = ['processing', 'detect', 'not detected', 'timeout', 'error'] as const;
export type ScanState = (typeof scanStates)[number];

/** States that end a scan. From best to worst: where several submissions share a scanId the worst is told. */
export const conclusiveStates = ['not detected', 'timeout', 'error', 'detect'] as const;
export type ConclusiveState = (typeof conclusiveStates)[number];

export const objectTypes = ['file', 'email'] as const;
export type ObjectType = (typeof objectTypes)[number];

export const systemTypes = ['mail', 'other'] as const;
export type SystemType = (typeof systemTypes)[number];

/** States of one certificate of an external system (wire contract, "Who may call"). */
export const certificateStates = ['pending', 'accepted', 'rejected', 'replaced'] as const;
export type CertificateState = (typeof certificateStates)[number];

export const technologies = ['am', 'sb', 'yara', 'url_reputation', 'ids'] as const;
export type Technology = (typeof technologies)[number];

export const importances = ['high', 'medium', 'low'] as const;
export type Importance = (typeof importances)[number];

export const alertStates = ['new', 'in-process', 'closed'] as const;
export type AlertState = (typeof alertStates)[number];

/** What a closed alert turned out to be. */
export const alertDispositions = ['true-positive', 'false-positive', 'test', 'duplicate'] as const;
export type AlertDisposition = (typeof alertDispositions)[number];

export const operatorRoles = ['administrator', 'security-officer', 'auditor'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

export const services = ['gateway', 'scanner', 'results', 'console', 'notifier'] as const;
export type ServiceName = (typeof services)[number];

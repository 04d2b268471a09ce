import type { OperatorRole } from '@sluice/contracts';

export const roleNames: Readonly<Record<OperatorRole, string>> = {
  administrator: 'Administrator',
  'security-officer': 'Security officer',
  auditor: 'Auditor',
};

export const roleExplanations: Readonly<Record<OperatorRole, string>> = {
  administrator: 'May do everything: external systems, settings, operators, tokens.',
  'security-officer': 'Handles alerts and reads the rest.',
  auditor: 'Reads everything, the audit log included, and changes nothing.',
};

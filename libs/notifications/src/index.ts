export {
  alertEventSchema,
  detectedNames,
  maxEventDetections,
  systemLabel,
  type AlertEvent,
} from './alert-event.schema.js';
export { alertEventOf, alertFactsRowSchema } from './alert-facts.js';
export {
  channelKinds,
  channelNameSchema,
  channelSecretNames,
  channelSettingsSchemas,
  readChannel,
  type ChannelKind,
  type ChannelSettings,
  type SmtpSettings,
  type SyslogSettings,
  type WebhookSettings,
} from './channel.schema.js';
export { auditHeadLine, type SentAuditHead } from './audit-head-line.js';
export { composeMail, type ComposedMail } from './compose-mail.js';
export { displayText, oneLine } from './display-text.js';
export { defaultSubject, expandSubject, subjectMacros, unknownMacros } from './expand-macros.js';
export { mailAddressSchema } from './mail-address.schema.js';
export { matchesAlert } from './match-alert.js';
export { isInNetworks, parseNetwork } from './network-list.js';
export { maxListedAlerts, noticeTime, type Notice } from './notice.js';
export {
  maxListedProblems,
  operationEventSchema,
  operationKinds,
  operationProblemSchema,
  type OperationEvent,
  type OperationKind,
  type OperationProblem,
} from './operation-event.schema.js';
export {
  operationMatchSchema,
  ruleMatchSchema,
  ruleSchema,
  type OperationMatch,
  type Rule,
  type RuleMatch,
} from './rule.schema.js';
export {
  createSealingKeyPair,
  openSecret,
  publicSealingKey,
  sealSecret,
  secretContext,
  type SealingKeyPair,
} from './seal-secret.js';
export { createWebhookSecret, isWebhookSecret, signWebhook, type SignedHeaders } from './sign-webhook.js';
export { syslogFrame, syslogFrames, withOctetCount } from './syslog-frame.js';
export { syslogLines } from './syslog-lines.js';
export { webhookBody, type WebhookBody } from './webhook-body.js';

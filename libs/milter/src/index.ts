export type { Answer, Decision, Edit, HeaderLine, SmtpReply } from './decision.js';
export { InvalidDecisionError, MessageAbandonedError, MilterProtocolError } from './milter.errors.js';
export {
  defaultLimits,
  type EnvelopeAddress,
  type MilterEnvelope,
  type MilterHandlers,
  type MilterLimits,
  type MilterMessage,
} from './milter-message.js';
export type { MilterOptions } from './milter-options.js';
export type { MilterReport } from './milter-report.js';
export { MilterServer } from './milter-server.js';
export type { MacroLists } from './negotiate.js';
export type { MilterAction } from './protocol.js';
export type { Header, MilterClient } from './read-fields.js';

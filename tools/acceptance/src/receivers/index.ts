export { addChannels, addRule, channelKinds, startReceivers, type ChannelKind } from './alert-receivers.js';
export { canConnect } from './can-connect.js';
export { MailReceiver, refusal, type ReceivedMail } from './mail-receiver.js';
export { RealPostfix, type PostfixOptions } from './real-postfix.js';
export { RealRsyslog } from './real-rsyslog.js';
export { clientKeys, serverKeys } from './server-keys.js';
export { receiveDatagrams, SyslogReceiver } from './syslog-receiver.js';
export { answerOk, WebhookReceiver, type ReceivedCall } from './webhook-receiver.js';

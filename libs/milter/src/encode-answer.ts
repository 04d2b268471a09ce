import type { Answer } from './decision.js';
import { encodeReply } from './encode-reply.js';
import { encodePacket } from './packet-decoder.js';
import { replyLetters } from './protocol.js';

export function encodeAnswer(answer: Answer): Buffer {
  switch (answer.kind) {
    case 'reply':
      return encodePacket(replyLetters['reply-code'], encodeReply(answer.reply));
    case 'continue':
    case 'accept':
    case 'reject':
    case 'tempfail':
    case 'discard':
      return encodePacket(replyLetters[answer.kind]);
  }
}

export const isRefusal = ({ kind }: Answer): boolean =>
  kind === 'reject' || kind === 'tempfail' || kind === 'reply';

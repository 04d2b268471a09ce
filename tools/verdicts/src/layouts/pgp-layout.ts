import { bytes, zeros } from '../layouts/byte-layout.js';

/** What a packet of literal data holds (RFC 9580, 5.9): bytes, the name of their file, no date. */
export const literalBody = (content: Buffer): Buffer => bytes('b\x09eicar.com', zeros(4), content);

/** A packet of less than 192 bytes, by the first of them. */
export const pgpPacket = (tag: number, body: Buffer): Buffer => bytes([tag, body.length], body);
export const pgpLiteral = (content: Buffer): Buffer => pgpPacket(0xcb, literalBody(content));

/** What an SMTP client is told instead of the MTA's own words. */
export interface SmtpReply {
  /** 400 to 599. */
  readonly code: number;
  /** Of the same class as the code, such as `5.7.1`. */
  readonly enhancedCode: string;
  /** Anything that is not printable ASCII becomes `?`; a line is cut where SMTP ends one. */
  readonly lines: readonly string[];
}

/**
 * | kind     | what the MTA does                                                       |
 * |----------|-------------------------------------------------------------------------|
 * | continue | goes on; at the end of a message: takes it                               |
 * | accept   | takes the message, or all of the connection, without asking this filter again |
 * | reject   | refuses for good, in its own words                                       |
 * | tempfail | refuses for now, in its own words                                        |
 * | reply    | refuses in these words, for now (4xx) or for good (5xx)                  |
 * | discard  | tells the client that it took the message, and throws it away            |
 */
export type Answer =
  | { readonly kind: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' }
  | { readonly kind: 'reply'; readonly reply: SmtpReply };

export interface HeaderLine {
  readonly name: string;
  /** Without the space behind the colon. Lines are joined by LF, and each but the first begins with a space or tab. */
  readonly value: string;
}

/**
 * | kind              | needs the action  | what it does                                                |
 * |-------------------|-------------------|-------------------------------------------------------------|
 * | prepend-headers   | add-headers       | above all others, in the order given                         |
 * | append-header     | add-headers       | below the others                                             |
 * | remove-headers    | change-headers    | each header of the name, counted in what the MTA sent        |
 * | replace-header    | change-headers    | the value of the nth of the name, from 1                     |
 * | add-recipient     | add-recipients    |                                                              |
 * | remove-recipient  | remove-recipients | the address as the MTA sent it                               |
 * | change-sender     | change-sender     |                                                              |
 * | replace-body      | change-body       |                                                              |
 * | quarantine        | quarantine        | the MTA keeps the message where only its operator gets it out |
 */
export type Edit =
  | { readonly kind: 'prepend-headers'; readonly headers: readonly HeaderLine[] }
  | { readonly kind: 'append-header'; readonly header: HeaderLine }
  | { readonly kind: 'remove-headers'; readonly name: string }
  | { readonly kind: 'replace-header'; readonly occurrence: number; readonly header: HeaderLine }
  | { readonly kind: 'add-recipient' | 'remove-recipient' | 'change-sender'; readonly address: string }
  | { readonly kind: 'replace-body'; readonly body: Buffer }
  | { readonly kind: 'quarantine'; readonly reason: string };

/** How a message ends. Only one that is taken (`continue`, `accept`) is edited. */
export interface Decision {
  readonly answer: Answer;
  readonly edits?: readonly Edit[];
}

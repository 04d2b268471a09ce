import type { MailHeaders, PlainPacking, UnexaminedReason } from '@sluice/contracts';

/** What comes out of a container, in order. */
export type OpenedItem =
  | {
      readonly kind: 'part';
      readonly label: string;
      readonly bytes: Buffer;
      /**
       * `stream`: a view inside a document (an OLE stream, a PDF stream, a script's decoded blob). Rules and lists see it;
       * content engines got the document. Default `file`.
       */
      readonly role?: PartRole;
      /** What the container says of it; opened as mail if `mail`, however damaged. */
      readonly declaredAs?: 'mail';
      /** Part of a whole that is elsewhere, such as the returned mail in a bounce: that its end is missing says nothing. */
      readonly isExcerpt?: boolean;
      /** An excerpt from the first byte on: of what it holds the last may be cut, and so on within that. */
      readonly isBeginning?: boolean;
      /** Of no member of the container: where that is cut, this is. */
      readonly isRest?: boolean;
      /** A password opened it. */
      readonly wasEncrypted?: boolean;
      /** Every reader of the container decodes it alike. */
      readonly packing?: PlainPacking;
    }
  | {
      readonly kind: 'unexamined';
      readonly reason: UnexaminedReason;
      /** The bound that was reached, by its name in the settings. */
      readonly limit?: string;
      readonly label?: string;
      /** For people: one clause. */
      readonly detail?: string;
      /** Nothing had come out before: perhaps it only looked like this container. */
      readonly isAtOpening?: boolean;
      /** Its first bytes are broken: that its end is missing is no excuse. */
      readonly isAtHead?: boolean;
    }
  /** Well-formed, and holds nothing: the only way for a certain container to yield no part and not be damaged. */
  | { readonly kind: 'empty' }
  /** Of a mail, for its alert. */
  | { readonly kind: 'mail-headers'; readonly headers: MailHeaders };

export type PartRole = 'file' | 'stream';

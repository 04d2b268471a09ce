import { maxTriesPerContainer } from './password-tries.js';
import { findPasswordWords, type PasswordWords } from './password-words.js';

/** Texts of one mail that are read for words. */
const maxTexts = 8;

/** Its words, found when something is sealed: most mail has nothing to try them on. */
class MailText {
  private found: PasswordWords | null = null;

  constructor(
    private readonly text: Buffer,
    private readonly isHtml: boolean,
  ) {}

  get words(): PasswordWords {
    this.found ??= findPasswordWords(this.text, this.isHtml);
    return this.found;
  }
}

/** What the texts of each mail say of passwords, for what is attached to it. */
export class MailPasswords {
  private readonly texts = new Map<number, MailText[]>();

  /** `mail`: the number of the part that is the mail. */
  learn(mail: number, text: Buffer, isHtml: boolean): void {
    const known = this.texts.get(mail) ?? [];
    if (known.length < maxTexts) this.texts.set(mail, [...known, new MailText(text, isHtml)]);
  }

  /**
   * What to try on a container inside these parts: what came with the object; what a mail around it announces, the nearest
   * first; what is tried on everything; then words of those mails that only look like passwords.
   */
  toTry(
    within: readonly number[],
    { given = [], usual }: { given?: readonly string[]; usual: readonly string[] },
  ): string[] {
    const texts = [...within].reverse().flatMap((number) => this.texts.get(number) ?? []);
    const mails = texts.map((text) => text.words);
    const all = [
      ...given,
      ...mails.flatMap(({ announced }) => announced),
      ...usual,
      ...mails.flatMap(({ likely }) => likely),
    ];
    return [...new Set(all)].slice(0, maxTriesPerContainer);
  }
}

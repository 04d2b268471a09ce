import { maxTriesPerContainer } from './password-tries.js';
import { findPasswordWords, type PasswordWords } from './password-words.js';

/** Texts of one mail that are read for words. */
const maxTexts = 8;

/** What the texts of each mail say of passwords, for what is attached to it. */
export class MailPasswords {
  private readonly words = new Map<number, PasswordWords[]>();

  /** `mail`: the number of the part that is the mail. */
  learn(mail: number, text: Buffer, isHtml: boolean): void {
    const known = this.words.get(mail) ?? [];
    if (known.length >= maxTexts) return;
    this.words.set(mail, [...known, findPasswordWords(text, isHtml)]);
  }

  /**
   * What to try on a container inside these parts: what came with the object; what a mail around it announces, the nearest
   * first; what is tried on everything; then words of those mails that only look like passwords.
   */
  toTry(
    within: readonly number[],
    { given = [], usual }: { given?: readonly string[]; usual: readonly string[] },
  ): string[] {
    const mails = [...within].reverse().flatMap((number) => this.words.get(number) ?? []);
    const all = [
      ...given,
      ...mails.flatMap(({ announced }) => announced),
      ...usual,
      ...mails.flatMap(({ likely }) => likely),
    ];
    return [...new Set(all)].slice(0, maxTriesPerContainer);
  }
}

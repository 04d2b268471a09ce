/** Of one text: a password stands near its beginning or not at all. */
const maxTextBytes = 64 * 1024;
const maxTokens = 10_000;
/** Of one text, of each kind. */
const maxWords = 12;
const maxWordLength = 64;

/** What people write before a password, in the languages of most mail. Compared in lower case, without punctuation. */
const keywords = new Set(
  `password passwords passwort kennwort pass passcode passphrase passwd pwd pw psw pin code key schlüssel zugangscode
  mot-de-passe passe contraseña clave senha wachtwoord lösenord lösen adgangskode kodeord passord salasana hasło heslo jelszó
  parola şifre parolă лозинка пароль пароля парола код κωδικός סיסמה パスワード 密码 密碼 解压密码 비밀번호 암호`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** What may stand between them. */
const fillers = new Set(
  `is are ist lautet lauten est es é è e jest to är er on для for für the a to das der die zum zur of de la le el da do del
  open opening file files archive archiv archivo zip attachment anhang datei dokument document unlock extract öffnen im in
  use nutzen pour ouvrir fichier following below`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
const maxFillers = 6;

export interface PasswordWords {
  /** Behind a word that announces a password. */
  readonly announced: readonly string[];
  /** In quotes, or of a shape that language does not have. */
  readonly likely: readonly string[];
}

/** Words of a mail's text that may be the password of what is attached: every token once, without tags. */
export function findPasswordWords(text: Buffer, isHtml: boolean): PasswordWords {
  const plain = text.subarray(0, maxTextBytes).toString('utf8');
  const tokens = tokensOf(isHtml ? withoutTags(plain) : plain);
  const announced = new Set<string>();
  const likely = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (announced.size < maxWords) for (const word of announcedAt(tokens, index)) announced.add(word);
    if (likely.size < maxWords && isLikely(token)) for (const word of formsOf(token)) likely.add(word);
  }
  return { announced: [...announced].slice(0, maxWords), likely: [...likely].slice(0, maxWords) };
}

const tokensOf = (text: string): string[] => text.split(/\s+/, maxTokens).filter((token) => token !== '');

const withoutTags = (html: string): string =>
  html
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&');

const wordOf = (token: string): string => token.toLowerCase().replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** `Password: X`, `password=X`, `the password for the archive is X`. */
function announcedAt(tokens: readonly string[], index: number): string[] {
  const token = tokens[index] ?? '';
  const [before = '', ...behind] = token.split(/[:=：]/);
  if (!keywords.has(wordOf(before))) return [];
  const joined = token.slice(before.length + 1);
  if (behind.length > 0 && joined !== '') return formsOf(joined);
  for (let at = index + 1; at <= index + maxFillers + 1; at += 1) {
    const next = tokens[at];
    if (next === undefined) return [];
    if (/^[\p{P}\p{S}]{1,2}$/u.test(next) || fillers.has(wordOf(next)) || keywords.has(wordOf(next)))
      continue;
    return formsOf(next);
  }
  return [];
}

const quotes = /^["'„“”«»‘’`(<[{]|["'“”«»‘’`)>\]}][.,;:!?]*$/u;

function isLikely(token: string): boolean {
  if (token.length < 3 || /^https?:|@|^\d+[.,:/-]?\d*$/.test(token)) return false;
  const hasShape = /\p{L}/u.test(token) && /\d/.test(token);
  return hasShape || quotes.test(token) || /\p{L}[!#$%&*+_^~]/u.test(token);
}

/** As it stands, and as a sentence would have it: without quotes around and punctuation behind. */
function formsOf(token: string): string[] {
  const bare = token.replace(/^["'„“”«»‘’`(<[{]+/u, '').replace(/["'“”«»‘’`)>\]}]*[.,;:!?]*$/u, '');
  const unquoted = bare.replace(/["'“”«»‘’`)>\]}]+$/u, '');
  const ended = token.replace(/^["'„“”«»‘’`]+/u, '').replace(/["'“”«»‘’`]+$/u, '');
  return [...new Set([unquoted, bare, ended, token])].filter(
    (word) => word !== '' && word.length <= maxWordLength,
  );
}

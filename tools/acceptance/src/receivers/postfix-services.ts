import type { AnswerLine } from './line-service.js';

/** Dovecot's authentication protocol, 1.1: as much of it as Postfix asks of a server of logins. */
export function checkLogins(users: Readonly<Record<string, string>>): {
  readonly greeting: string;
  readonly answer: AnswerLine;
} {
  const lines = ['VERSION\t1\t1', 'MECH\tPLAIN\tplaintext', 'SPID\t1', 'CUID\t1', 'COOKIE\t0123456789abcdef'];
  return {
    greeting: `${lines.join('\n')}\nDONE\n`,
    answer: (line) => {
      const [command, id = '', ...parameters] = line.split('\t');
      if (command !== 'AUTH') return null;
      const response = parameters.find((one) => one.startsWith('resp='))?.slice('resp='.length) ?? '';
      const [, user = '', password] = Buffer.from(response, 'base64').toString('utf8').split('\0');
      return users[user] !== undefined && users[user] === password
        ? `OK\t${id}\tuser=${user}\n`
        : `FAIL\t${id}\tuser=${user}\n`;
    },
  };
}

/** Postfix's policy delegation protocol: the addresses named are told to come again, the first time they are met. */
export function greylist(addresses: readonly string[]): () => {
  readonly greeting: string;
  readonly answer: AnswerLine;
} {
  const seen = new Set<string>();
  return () => {
    let recipient = '';
    return {
      greeting: '',
      answer: (line) => {
        if (line.startsWith('recipient=')) recipient = line.slice('recipient='.length);
        if (line !== '') return null;
        const isNew = addresses.includes(recipient) && !seen.has(recipient);
        seen.add(recipient);
        return `action=${isNew ? 'defer Greylisted, come again' : 'dunno'}\n\n`;
      },
    };
  };
}

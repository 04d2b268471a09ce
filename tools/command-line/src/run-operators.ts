import { randomInt } from 'node:crypto';
import type { ListPage, Operator } from '@sluice/console-api';
import type { RequestBody } from '@sluice/console-api/requests';
import { formatTable } from '@sluice/tool-launcher';
import { CommandError } from './command.errors.js';
import type { ConsoleClient } from './console-client.js';

export const operatorsUsage = `operators list
operators reset-password USERNAME        a new password, printed once, to be changed at the sign-in; ends the operator's sessions
operators remove-second-factor USERNAME  for a lost phone`;

/** The way back in when a password or a phone is lost. Answers what to print. */
export async function runOperators(args: readonly string[], console: ConsoleClient): Promise<string> {
  const [action = 'list', username, ...rest] = args;
  if (action === 'list' && username === undefined) return describe(await listOperators(console));
  if (username === undefined || rest.length > 0) throw new CommandError('Name one operator.', operatorsUsage);
  switch (action) {
    case 'reset-password': {
      const operator = await find(console, username);
      const password = makePassword();
      await change(console, operator, { password });
      return `New password of ${operator.username}, shown this once; the first sign-in asks for another:\n  ${password}`;
    }
    case 'remove-second-factor': {
      const operator = await find(console, username);
      await change(console, operator, { hasSecondFactor: false });
      return `${operator.username} signs in with the password alone until a new second factor is set up.`;
    }
    default:
      throw new CommandError(`There is no "operators ${action}".`, operatorsUsage);
  }
}

const change = (
  console: ConsoleClient,
  { id }: Operator,
  body: RequestBody<'PATCH /api/operators/{id}'>,
): Promise<Operator> => console.patch(`/operators/${id}`, body);

/** All of them: the API answers a page at a time. */
async function listOperators(console: ConsoleClient): Promise<Operator[]> {
  const found: Operator[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: ListPage<Operator> = await console.get(`/operators?limit=100${query}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function find(console: ConsoleClient, username: string): Promise<Operator> {
  const operators = await listOperators(console);
  const operator = operators.find((one) => one.username === username);
  if (operator !== undefined) return operator;
  const names = operators.map((one) => one.username).join(', ');
  throw new CommandError(`There is no operator ${username}.`, `There are: ${names}`);
}

function describe(operators: readonly Operator[]): string {
  const rows = operators.map(({ username, role, isDisabled, hasSecondFactor }) => [
    ...[username, role, hasSecondFactor ? 'yes' : 'no', isDisabled ? 'disabled' : ''],
  ]);
  return formatTable([['Username', 'Role', 'Second factor', ''], ...rows]);
}

/** Read aloud and typed by people: no letters that look alike. 24 of 31 characters are 118 bits. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const makePassword = (): string =>
  Array.from({ length: 24 }, (_, index) => {
    const letter = alphabet.charAt(randomInt(alphabet.length));
    return index > 0 && index % 6 === 0 ? `-${letter}` : letter;
  }).join('');

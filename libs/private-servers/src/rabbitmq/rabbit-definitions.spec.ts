import { describe, expect, it } from 'vitest';
import { services } from '@sluice/contracts';
import { brokerAdmin, passwordHash, rabbitDefinitions, type BrokerPasswords } from './rabbit-definitions.js';

const passwords = Object.fromEntries(
  [brokerAdmin, ...services].map((name) => [name, `secret of ${name}`]),
) as unknown as BrokerPasswords;
const definitions = rabbitDefinitions(passwords) as Record<string, { name?: string; user?: string }[]>;

describe('rabbitDefinitions', () => {
  it('has a user for each service and the administrator, and no guest', () =>
    expect(definitions['users']?.map(({ name }) => name)).toEqual([brokerAdmin, ...services]));
  it('holds no password in clear', () => expect(JSON.stringify(definitions)).not.toContain('secret of'));
  it('limits every service on the exchange for requests', () =>
    expect(definitions['topic_permissions']?.map(({ user }) => user)).toEqual([...services]));
});

describe('passwordHash', () => {
  // The example of RabbitMQ's documentation ("Credentials and Passwords"): salt 908D C60A, password "test12".
  it('is the form RabbitMQ documents', () =>
    expect(passwordHash('test12', Buffer.from('908dc60a', 'hex'))).toBe(
      'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
    ));
});

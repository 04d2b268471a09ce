import { describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../../clean-environment.mjs';

const isKept = (name: string): boolean => name in cleanEnvironment({ [name]: 'x' });

describe('cleanEnvironment', () => {
  it.each([
    'NODE_ENV',
    'NODE_OPTIONS',
    'NODE_USE_ENV_PROXY',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'npm_config_omit',
    'NPM_CONFIG_PRODUCTION',
    'npm_package_name',
    'PGPASSWORD',
    'PGSSLMODE',
    'RABBITMQ_NODENAME',
    'ERL_FLAGS',
    'NX_DAEMON',
    'DEBUG',
  ])('drops %s', (name) => expect(isKept(name)).toBe(false));
  it.each([
    'PATH',
    'HOME',
    'INIT_CWD',
    'SLUICE_HOME',
    'GATEWAY_PORT',
    'https_proxy',
    'npm_config_registry',
    'npm_config_cafile',
    'npm_config_cache',
    'NODE_EXTRA_CA_CERTS',
    'npm_lifecycle_event',
    'TEST_DATABASE_URL',
  ])('keeps %s', (name) => expect(isKept(name)).toBe(true));
});

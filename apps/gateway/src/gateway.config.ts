import { envAddressList, envInteger, envList, serviceEnvironment } from '@sluice/runtime';
import { z } from 'zod';

const gibibyte = 1024 ** 3;

/** Everything the gateway reads from its environment. It has no database credentials: it faces the network. */
export const gatewayConfigSchema = z.object({
  ...serviceEnvironment,
  GATEWAY_HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: envInteger(0, 65535).default(8443),
  /** Names and addresses in a certificate the gateway makes for itself. */
  GATEWAY_NAMES: envList().default(['localhost', '127.0.0.1']),
  GATEWAY_TLS_CERT_FILE: z.string().min(1),
  GATEWAY_TLS_KEY_FILE: z.string().min(1),
  /** Balancers, addresses or networks, that have to speak PROXY protocol v2; from no one else is it read. */
  GATEWAY_PROXY_FROM: envAddressList(),
  /** Open connections of one address (IPv6: /64) over which no accepted system has asked anything yet. */
  GATEWAY_CONNECTIONS_PER_ADDRESS: envInteger(1, 100_000).default(500),
  /** Connections of one address begun within 10 s; each costs a handshake. */
  GATEWAY_HANDSHAKES_PER_ADDRESS: envInteger(1, 1_000_000).default(1000),
  /** How long connections are still taken after a stop was asked for: until balancers have seen it is not ready. */
  GATEWAY_LEAVE_SECONDS: envInteger(0, 60).default(0),
  /** Seals passwords that come with objects; gateways and scanners have the same. Unset: none are taken. */
  PASSWORDS_KEY: z.string().min(32, 'has to have at least 32 characters').optional(),
  OBJECT_STORE_URL: z.string().min(1),
  /** `auto`: small objects share files as soon as every service reads them. `never`: each has its own (ADR 50). */
  GATEWAY_SHARED_FILES: z.enum(['auto', 'never']).default('auto'),
  /** With less than this free in the object store, nothing is accepted. */
  OBJECT_STORE_RESERVE_BYTES: envInteger(0, Number.MAX_SAFE_INTEGER).default(gibibyte),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

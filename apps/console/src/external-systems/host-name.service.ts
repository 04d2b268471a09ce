import { Inject, Injectable } from '@nestjs/common';
import { readRows, type Database } from '@sluice/database';
import { BlockList, isIPv6 } from 'node:net';
import { z } from 'zod';
import { databaseToken, resolverToken } from '../connections/connection-tokens.js';
import type { HostNameResolver } from '../connections/host-name-resolver.js';

const addressRowSchema = z.object({ address: z.string() });

/** Names looked at per address, and addresses per round: a slow name server delays nothing else. */
const mostNames = 3;
const mostAddresses = 10;

/** This machine itself: no name server is asked about it. */
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Finds the names of callers' addresses, in the background. A name counts when it leads back to the address
 * (forward-confirmed): anybody can claim any name for an address of their own.
 */
@Injectable()
export class HostNameService {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    @Inject(resolverToken) private readonly resolver: HostNameResolver,
  ) {}

  /** Those whose address is new, or was looked up more than an hour ago. */
  async resolveSome(): Promise<void> {
    const answer = await this.database.query(
      `SELECT host(last_address) AS address FROM registry.certificates
       WHERE last_address IS NOT NULL AND state IN ('pending', 'accepted')
         AND (host_name_address IS DISTINCT FROM last_address OR host_name_at < now() - interval '1 hour')
       GROUP BY last_address ORDER BY min(host_name_at) NULLS FIRST LIMIT ${mostAddresses}`,
    );
    const rows = readRows(addressRowSchema, answer.rows);
    await Promise.all(rows.map(({ address }) => this.resolveOne(address)));
  }

  private async resolveOne(address: string): Promise<void> {
    const name = await confirmedName(this.resolver, address);
    await this.database.query(
      `UPDATE registry.certificates SET host_name = $2, host_name_address = $1, host_name_at = now()
       WHERE last_address = $1`,
      [address, name],
    );
  }
}

/** Null: the address has no name, or none that leads back to it. */
export async function confirmedName(resolver: HostNameResolver, address: string): Promise<string | null> {
  if (loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return null;
  const names = await resolver.reverse(address).catch((): string[] => []);
  for (const name of names.filter(isHostName).slice(0, mostNames)) {
    const forward = isIPv6(address) ? resolver.resolve6(name) : resolver.resolve4(name);
    const addresses = await forward.catch((): string[] => []);
    if (addresses.includes(address)) return name.toLowerCase();
  }
  return null;
}

const isHostName = (name: string): boolean =>
  name.length <= 253 && /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name);

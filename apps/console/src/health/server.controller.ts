import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { formatFingerprint } from '@sluice/contracts';
import { softwareVersion } from '@sluice/runtime';
import type { ConsoleConfig } from '../console.config.js';
import { configToken } from '../connections/connection-tokens.js';
import { AllowReading } from '../api/caller.js';
import { InstanceQuery, type Instance } from '../instances/instance.query.js';

@ApiTags('server')
@Controller('api/server')
export class ServerController {
  private readonly startedAtMs = Date.now();

  constructor(
    private readonly instances: InstanceQuery,
    @Inject(configToken) private readonly config: ConsoleConfig,
  ) {}

  /** `certificateFingerprint` is what operators of external systems compare; null while no gateway has reported. */
  @Get()
  @AllowReading()
  async show() {
    const newestFirst = (await this.instances.list())
      .filter((one) => one.service === 'gateway' && one.certificate_fingerprint !== null)
      .sort((one, other) => other.seen_at.getTime() - one.seen_at.getTime());
    const live = newestFirst.filter((one) => one.isAnswering);
    const fingerprints = [...new Set((live.length > 0 ? live : newestFirst.slice(0, 1)).map(fingerprintOf))];
    return {
      version: softwareVersion,
      certificateFingerprint: fingerprints[0] ?? null,
      // More than one only while a new key pair reaches the gateways.
      certificateFingerprints: fingerprints,
      /** Where external systems call; null: at the gateways' default port. */
      gatewayPort: this.config.GATEWAY_PUBLIC_PORT ?? null,
      startedAt: new Date(this.startedAtMs).toISOString(),
      uptimeSeconds: Math.floor((Date.now() - this.startedAtMs) / 1000),
      time: new Date().toISOString(),
    };
  }
}

const fingerprintOf = (one: Instance): string => formatFingerprint(one.certificate_fingerprint ?? '');

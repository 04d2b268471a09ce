import { Injectable } from '@nestjs/common';
import { AuditStore } from '../audit/audit.store.js';

const windowMs = 60_000;
/** Of one console. Guessing must show in the audit log, and must not be a way to fill the disk. */
export const mostEntriesPerWindow = 60;

export interface RefusedSignIn {
  /** Null: there is no such account; what was typed may be a password in the wrong field, so it is not kept. */
  readonly username: string | null;
  readonly address: string;
  readonly reason: 'wrong-password' | 'wrong-code';
}

/** Writes refused sign-ins into the audit log, one by one up to a bound; those above it as a number. */
@Injectable()
export class RefusedSignIns {
  private windowEndsMs = 0;
  private entries = 0;
  private leftOut = 0;

  constructor(private readonly audit: AuditStore) {}

  async record({ username, address, reason }: RefusedSignIn, nowMs = Date.now()): Promise<void> {
    if (nowMs >= this.windowEndsMs) {
      const { leftOut } = this;
      Object.assign(this, { windowEndsMs: nowMs + windowMs, entries: 0, leftOut: 0 });
      if (leftOut > 0) await this.write(null, null, { reason: 'too-many-to-list', count: leftOut });
    }
    if (this.entries >= mostEntriesPerWindow) {
      this.leftOut += 1;
      return;
    }
    this.entries += 1;
    await this.write(username, address, { reason });
  }

  private write(username: string | null, address: string | null, after: object): Promise<void> {
    const actor = { kind: 'system' as const, name: 'sign-in', proof: 'sign-in', address };
    return this.audit.record(null, { actor, action: 'session.refuse', target: username, after });
  }
}

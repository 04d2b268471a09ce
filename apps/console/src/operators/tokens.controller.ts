import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { listQuerySchema, newTokenSchema, type NewToken } from '@sluice/console-api/requests';
import { z } from 'zod';
import { DataSource } from 'typeorm';
import { badRequest, notFound } from '../api/api.errors.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { readCursor, toPage } from '../lists/list-page.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import { makeSecret } from './secret-value.js';
import { OperatorStore } from './operator.store.js';
import { isAtMost, TokenStore } from './token.store.js';
import { inTransaction, type Transaction } from '../registry/registry-transaction.js';

const idSchema = z.uuid();
const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

@ApiTags('tokens')
@Controller('api/tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokenStore,
    private readonly operators: OperatorStore,
    private readonly audit: AuditStore,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @AllowReading()
  async list(@Query({ schema: listQuerySchema }) query: z.infer<typeof listQuerySchema>) {
    const tokens = await this.tokens.list(query.limit + 1, readCursor(query.cursor, cursorSchema));
    return toPage(tokens, query.limit, { item: (one) => one, keys: (one) => [one.createdAt, one.id] });
  }

  /** The only answer that ever holds the token itself. */
  @Post()
  @AllowRoles('administrator')
  async add(@CurrentCaller() caller: Caller, @Body({ schema: newTokenSchema }) body: NewToken) {
    const secret = `sluice_${makeSecret()}`;
    const token = await inTransaction(this.dataSource, async (tx) => {
      const ownerId = (await this.ownerOf(tx, caller, body)).id;
      const row = {
        ...body,
        addressRanges: body.addressRanges ?? null,
        secret,
        createdBy: caller.name,
        ownerId,
      };
      const made = await this.tokens.add(tx, row);
      await this.audit.record(tx, {
        actor: actorOf(caller),
        action: 'token.add',
        target: made.name,
        after: made,
      });
      return made;
    });
    return { ...token, token: secret };
  }

  /** Locked: an operator who is being deleted or demoted gets no token in between. */
  private async ownerOf(tx: Transaction, caller: Caller, { operator: username, role }: NewToken) {
    const own = caller.kind === 'operator' ? caller.id : await this.tokens.ownerOf(tx, caller.id);
    const id = username === undefined ? own : await this.operators.idOf(tx, username);
    const owner = id === null ? null : await this.operators.lock(tx, id);
    if (owner === null || owner.isDisabled)
      throw badRequest('a token belongs to an operator who can sign in; name one', { operator: 'unknown' });
    if (!isAtMost(role, owner.role))
      throw badRequest(`${owner.username} is ${owner.role}: a token may do no more`, { role: 'too high' });
    return owner;
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator')
  async revoke(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await inTransaction(this.dataSource, async (tx) => {
      const revoked = await this.tokens.revoke(tx, id);
      if (revoked === null) throw notFound('valid token');
      await this.audit.record(tx, {
        actor: actorOf(caller),
        action: 'token.revoke',
        target: revoked.name,
        before: revoked,
      });
    });
  }
}

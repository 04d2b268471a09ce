import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { DatabaseError } from '@sluice/database';
import { RpcError } from '@sluice/rpc';
import type { Logger } from '@sluice/runtime';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { loggerToken } from '../connections/connection-tokens.js';
import { databaseErrorOf } from '../registry/registry-transaction.js';
import { ApiError, badRequest, notFound, unavailable } from './api.errors.js';

/**
 * The one place where an error becomes an answer.
 *
 * | thrown                                              | answer                                    |
 * |-----------------------------------------------------|-------------------------------------------|
 * | ApiError                                            | as it says                                |
 * | the body parser's and Nest's own (4xx)              | that status, without their wording        |
 * | RpcError; the database away, timed out or overloaded | 503 with Retry-After                      |
 * | the database cannot hold a value (U+0000 in a filter) | 400                                       |
 * | anything else                                       | 500 without any detail; logged as `error` |
 */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  constructor(@Inject(loggerToken) private readonly logger: Logger) {}

  catch(caught: unknown, host: ArgumentsHost): void {
    const thrown = databaseErrorOf(caught);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const error = this.toApiError(thrown, host.switchToHttp().getRequest<IncomingMessage>());
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { fields, retryAfterSeconds } = error.extra;
    if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
    response.statusCode = error.status;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(
      JSON.stringify({
        error: error.code,
        message: error.message,
        ...(fields === undefined ? {} : { fields }),
      }),
    );
  }

  private toApiError(thrown: unknown, request: IncomingMessage): ApiError {
    if (thrown instanceof ApiError) return thrown;
    const clientError = fromStatus(thrown);
    if (clientError !== null) return clientError;
    if (thrown instanceof RpcError)
      return this.unavailable(thrown, 'the ledger does not answer now; try again');
    if (thrown instanceof DatabaseError && thrown.isRetryable)
      return this.unavailable(thrown, 'the database does not answer now; try again');
    if (thrown instanceof DatabaseError && thrown.kind === 'data')
      return badRequest('a value cannot be stored');
    this.logger.error(
      { err: thrown, method: request.method, path: (request.url ?? '').split('?')[0] },
      'request failed',
    );
    return new ApiError(500, 'InternalError', 'the request failed here; the log of the console says why');
  }

  private unavailable(err: unknown, message: string): ApiError {
    this.logger.warn({ err }, 'request answered 503');
    return unavailable(message);
  }
}

/** Errors of the framework and of the body parser carry a status; their texts may quote what was sent. */
function fromStatus(thrown: unknown): ApiError | null {
  const status =
    thrown instanceof HttpException ? thrown.getStatus() : (thrown as { status?: unknown } | null)?.status;
  if (status === 404) return notFound('path');
  if (status === 413) return new ApiError(413, 'PayloadTooLarge', 'the body is larger than 64 KiB');
  if (status === 400) return badRequest('the request is malformed; send JSON');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new ApiError(status, 'BadRequest', 'the request is not acceptable');
  return null;
}

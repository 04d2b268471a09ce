import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { DatabaseError } from '@sluice/database';
import { rpcFault } from '@sluice/rpc';
import type { Logger } from '@sluice/runtime';
import { throwError, type Observable } from 'rxjs';

/**
 * The one place where a failed request becomes an answer, and where it is logged.
 *
 * | thrown                         | answer                                  | log   |
 * |--------------------------------|-----------------------------------------|-------|
 * | RpcException (bad request)     | as it is                                | warn  |
 * | DatabaseError, retryable       | `unavailable`: the outcome is unknown   | warn  |
 * | DatabaseError, bad data        | `bad-request`                           | warn  |
 * | anything else                  | `internal`                              | error |
 */
@Catch()
export class AnswerFaults implements RpcExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(err: unknown): Observable<never> {
    const fault = this.toFault(err);
    return throwError(() => fault.getError());
  }

  private toFault(err: unknown): RpcException {
    if (err instanceof RpcException) {
      this.logger.warn({ fault: err.getError() }, 'request refused');
      return err;
    }
    if (err instanceof DatabaseError && err.kind !== 'fault') {
      this.logger.warn({ err }, 'request not carried out');
      return rpcFault(err.isRetryable ? 'unavailable' : 'bad-request');
    }
    this.logger.error({ err }, 'request failed');
    return rpcFault('internal');
  }
}

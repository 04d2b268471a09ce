import type { OperatorRole } from '@sluice/contracts';

/** As `GET /api/operators` tells it. */
export interface Operator {
  readonly id: string;
  readonly username: string;
  readonly role: OperatorRole;
  readonly isDisabled: boolean;
  readonly hasFirstPassword: boolean;
  readonly hasSecondFactor?: boolean;
  readonly createdAt: string;
  readonly passwordChangedAt: string;
  readonly lastSignInAt: string | null;
}

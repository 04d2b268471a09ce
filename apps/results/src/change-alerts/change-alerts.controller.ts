import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc } from '@sluice/contracts';
import { Database } from '@sluice/database';
import { requestOf } from '@sluice/rpc';
import { changeAlert, type AlertChange } from './change-alert.query.js';
import { changeAlerts, type AlertsChange } from './change-alerts.query.js';

@Controller()
export class ChangeAlertsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern(ledgerRpc.changeAlert.pattern)
  async change(@Payload(requestOf(ledgerRpc.changeAlert)) request: AlertChange) {
    return { outcome: await changeAlert(this.database, request) };
  }

  @MessagePattern(ledgerRpc.changeAlerts.pattern)
  changeMany(@Payload(requestOf(ledgerRpc.changeAlerts)) request: AlertsChange) {
    return changeAlerts(this.database, request);
  }
}

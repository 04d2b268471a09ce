import { Body, Controller, Delete, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { codeSchema, passwordProofSchema } from '@sluice/console-api/requests';
import type { z } from 'zod';
import { AllowReading, CurrentCaller, type Caller } from '../../api/caller.js';
import { OwnPasswordService } from '../own-password.service.js';
import { SecondFactorService } from './second-factor.service.js';

/** Of the operator who is signed in. Setting it up and switching it off take the password. */
@ApiTags('session')
@Controller('api/session/second-factor')
export class SecondFactorController {
  constructor(
    private readonly secondFactor: SecondFactorService,
    private readonly password: OwnPasswordService,
  ) {}

  @Post()
  @HttpCode(200)
  @AllowReading()
  async begin(
    @CurrentCaller() caller: Caller,
    @Body({ schema: passwordProofSchema }) body: z.infer<typeof passwordProofSchema>,
  ) {
    await this.password.verify(caller, body.password, 'password');
    return this.secondFactor.begin(caller);
  }

  @Put()
  @HttpCode(204)
  @AllowReading()
  async confirm(
    @CurrentCaller() caller: Caller,
    @Body({ schema: codeSchema }) body: z.infer<typeof codeSchema>,
  ) {
    await this.secondFactor.confirm(caller, body.code);
  }

  @Delete()
  @HttpCode(204)
  @AllowReading()
  async remove(
    @CurrentCaller() caller: Caller,
    @Body({ schema: passwordProofSchema }) body: z.infer<typeof passwordProofSchema>,
  ) {
    await this.password.verify(caller, body.password, 'password');
    await this.secondFactor.remove(caller);
  }
}

import { Body, Controller, Delete, HttpCode, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AllowReading, CurrentCaller, type Caller } from '../../api/caller.js';
import { OwnPasswordService } from '../own-password.service.js';
import { SecondFactorService } from './second-factor.service.js';

const passwordSchema = z.strictObject({ password: z.string().min(1).max(256) });
const codeSchema = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') });

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
    @Body({ schema: passwordSchema }) body: z.infer<typeof passwordSchema>,
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
    @Body({ schema: passwordSchema }) body: z.infer<typeof passwordSchema>,
  ) {
    await this.password.verify(caller, body.password, 'password');
    await this.secondFactor.remove(caller);
  }
}

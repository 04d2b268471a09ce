import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ApiErrorFilter } from './api-error-filter.js';
import { inputPipe } from './input-pipe.js';
import { LandingController } from './landing.controller.js';

/** The edge of the HTTP API: what is checked of every request, and how every error is answered. */
@Module({
  controllers: [LandingController],
  providers: [
    { provide: APP_FILTER, useClass: ApiErrorFilter },
    { provide: APP_PIPE, useFactory: inputPipe },
  ],
})
export class ApiModule {}

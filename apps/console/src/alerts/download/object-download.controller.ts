import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { numericIdSchema } from '@sluice/console-api/requests';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AllowRoles, CurrentCaller, type Caller } from '../../api/caller.js';
import { ObjectDownloadService } from './object-download.service.js';

@ApiTags('alerts')
@Controller('api/alerts')
export class ObjectDownloadController {
  constructor(private readonly downloads: ObjectDownloadService) {}

  /** The object in a ZIP archive with the password `infected`. */
  @Get(':id/object')
  @AllowRoles('administrator', 'security-officer')
  @ApiProduces('application/zip')
  async send(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: numericIdSchema }) id: number,
    @Res() response: ServerResponse,
  ) {
    const { fileName, sizeBytes, content } = await this.downloads.open(caller, id);
    response.writeHead(200, {
      'Content-Type': 'application/zip',
      'Content-Length': sizeBytes,
      'Content-Disposition': `attachment; filename="${fileName}"`,
    });
    // Who goes away in the middle is no fault of ours.
    await pipeline(Readable.from(content, { objectMode: false }), response).catch(() => response.destroy());
  }
}

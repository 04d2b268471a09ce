import { runLoad } from './load.js';
import { type Caller, scanForm, send } from './scan-client.js';
import { clientRequestSchema } from './client-request.js';

/**
 * An external system, run inside the engine's network: takes one request as JSON on its standard input, prints one
 * answer as JSON.
 */
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const request = clientRequestSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
const caller: Caller = request.caller;
switch (request.kind) {
  case 'call':
    print(await send(caller, { method: request.method, path: request.path }));
    break;
  case 'submit': {
    const content =
      request.content.kind === 'bytes'
        ? Buffer.from(request.content.base64, 'base64')
        : Buffer.alloc(request.content.sizeBytes, 'Sluice ');
    print(await send(caller, { method: 'POST', path: '/scans', ...scanForm(request.fields, content) }));
    break;
  }
  case 'load':
    print(await runLoad(caller, request.options));
    break;
}

function print(value: unknown): void {
  process.stdout.write(JSON.stringify(value));
}

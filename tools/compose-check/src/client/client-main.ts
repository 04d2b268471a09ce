import { readFileSync } from 'node:fs';
import { callClamd } from './clamd-call.js';
import { type ClientRequest, clientRequestSchema } from './client-request.js';
import { callConsole } from './console-call.js';
import { runFlood } from './flood.js';
import { runLoad } from './load.js';
import { callMilter } from './milter-call.js';
import { scanForm, send } from './scan-client.js';

/**
 * An external system or an operator's browser, run inside the engine's network: takes one request as JSON on its standard
 * input, prints one answer as JSON.
 */
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const request = clientRequestSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
process.stdout.write(JSON.stringify(await answer(request)));

function answer(asked: ClientRequest): Promise<unknown> {
  switch (asked.kind) {
    case 'call':
      return send(asked.caller, { method: asked.method, path: asked.path });
    case 'submit': {
      const form = scanForm(asked.fields, contentOf(asked.content));
      return send(asked.caller, { method: 'POST', path: '/scans', ...form });
    }
    case 'load':
      return runLoad(asked.caller, asked.options);
    case 'flood':
      return runFlood(asked.caller, asked.options);
    case 'clamd':
      return callClamd(asked);
    case 'milter':
      return callMilter(asked);
    case 'console':
      return callConsole(asked);
  }
}

function contentOf(content: Extract<ClientRequest, { kind: 'submit' }>['content']): Buffer {
  switch (content.kind) {
    case 'bytes':
      return Buffer.from(content.base64, 'base64');
    case 'filled':
      return Buffer.alloc(content.sizeBytes, 'Sluice ');
    case 'file':
      return readFileSync(content.file);
  }
}

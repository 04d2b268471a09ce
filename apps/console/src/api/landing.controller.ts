import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenToAll } from './caller.js';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 38rem; margin: 12vh auto; padding: 0 1.25rem }
code { font-size: .95em }
</style>
</head>
<body>
<main>
<h1>Sluice</h1>
<p>This is the console of a Sluice scan broker. It serves the operators&#8217; API.</p>
<ul>
<li><a href="/api/docs">Browse the API</a></li>
<li><a href="/api/openapi.json">OpenAPI description</a></li>
</ul>
<p>Sign in with <code>POST /api/session</code>, or send <code>Authorization: Bearer</code> with an API token.
On the machine it runs on, <code>npm run sluice -- status</code> does it for you.</p>
</main>
</body>
</html>
`;

@ApiExcludeController()
@Controller()
export class LandingController {
  @Get()
  @OpenToAll()
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(): string {
    return page;
  }
}

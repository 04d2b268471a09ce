import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The shell has no window of its own and takes a third of the time; not every distribution has it. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The system's own; what playwright would download is never used. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? programs.find((program) => existsSync(program)) ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The shell has no window of its own and takes a third of the time; not every distribution has it. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Against hanging: a busy machine takes more than playwright's half a minute for a page. */
const patienceMs = 120_000;

/** The system's own; what playwright would download is never used. */
export async function openChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    timeout: patienceMs,
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
  const open = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await open(options);
    context.setDefaultTimeout(patienceMs);
    return context;
  };
  return browser;
}

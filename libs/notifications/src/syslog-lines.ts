import type { SyslogSettings } from './channel.schema.js';
import type { Notice } from './notice.js';
import { boundedJson, webhookBodiesOfEach } from './webhook-body.js';
import { maxCefBytes, writeCefLines, type CefOptions } from './write-cef.js';

/** Receivers cut longer datagrams, and networks lose them in pieces; the frame's own header needs some of it. */
const maxDatagramMessageBytes = 8192 - 400;

/** What a syslog channel sends of a notice: a line per event. The console previews the same. */
export function syslogLines(
  notice: Notice,
  { format, transport }: Pick<SyslogSettings, 'format' | 'transport'>,
  { version, consoleUrl }: Pick<CefOptions, 'version' | 'consoleUrl'>,
): string[] {
  const maxBytes = transport === 'udp' ? maxDatagramMessageBytes : maxCefBytes;
  if (format === 'cef') return writeCefLines(notice, { version, consoleUrl, maxBytes });
  return webhookBodiesOfEach(notice, consoleUrl).map((body) => boundedJson(body, maxBytes));
}

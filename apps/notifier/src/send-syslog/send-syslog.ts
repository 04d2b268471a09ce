import {
  boundedJson,
  maxCefBytes,
  syslogFrames,
  webhookBodiesOfEach,
  withOctetCount,
  writeCefLines,
  type SyslogSettings,
} from '@sluice/notifications';
import {
  delivered,
  describeFault,
  failed,
  type Outgoing,
  type SendOptions,
  type SendOutcome,
} from '../deliver-notices/send-outcome.js';
import { sendDatagrams } from './send-datagrams.js';
import { writeStream } from './write-stream.js';

/** Receivers cut longer datagrams, and networks lose them in pieces; the frame's own header needs some of it. */
const maxDatagramMessageBytes = 8192 - 400;

/**
 * Sends the lines of a notice. Syslog has no answers: over TCP and TLS *delivered* means that the receiver took the
 * bytes and closed the connection without an error, over UDP only that they were sent. Never rejects.
 */
export async function sendSyslog(
  settings: SyslogSettings,
  outgoing: Outgoing,
  options: SendOptions,
): Promise<SendOutcome> {
  const frames = syslogFrames(outgoing.notice, linesOf(settings, outgoing, options), options.hostName);
  try {
    const answer =
      settings.transport === 'udp'
        ? await sendDatagrams(settings, frames)
        : await writeStream(settings, Buffer.concat(frames.map(withOctetCount)), options.signal);
    return delivered(answer);
  } catch (error) {
    return failed(describeFault(error, options.signal));
  }
}

function linesOf(settings: SyslogSettings, { notice }: Outgoing, options: SendOptions): string[] {
  const { consoleUrl, version } = options;
  const maxBytes = settings.transport === 'udp' ? maxDatagramMessageBytes : maxCefBytes;
  if (settings.format === 'cef') return writeCefLines(notice, { version, consoleUrl, maxBytes });
  return webhookBodiesOfEach(notice, consoleUrl).map((body) => boundedJson(body, maxBytes));
}

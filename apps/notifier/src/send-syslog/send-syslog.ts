import { syslogFrames, syslogLines, withOctetCount, type SyslogSettings } from '@sluice/notifications';
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

/**
 * Sends the lines of a notice. Syslog has no answers: over TCP and TLS *delivered* means that the receiver took the
 * bytes and closed the connection without an error, over UDP only that they were sent. Never rejects.
 */
export async function sendSyslog(
  settings: SyslogSettings,
  outgoing: Outgoing,
  options: SendOptions,
): Promise<SendOutcome> {
  const { notice } = outgoing;
  const frames = syslogFrames(notice, syslogLines(notice, settings, options), options.hostName);
  return sendFrames(settings, frames, options.signal);
}

/** Never rejects. */
export async function sendFrames(
  settings: SyslogSettings,
  frames: readonly Buffer[],
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    const answer =
      settings.transport === 'udp'
        ? await sendDatagrams(settings, frames)
        : await writeStream(settings, Buffer.concat(frames.map(withOctetCount)), signal);
    return delivered(answer);
  } catch (error) {
    return failed(describeFault(error, signal));
  }
}

import type { ContainerDetection } from '../../container-format.js';
import { plainText } from '../wide-text.js';

/** iCalendar and vCard (RFC 5545, 6350), and what phones make like them. Certain only of the format: most hold no file. */
export const calendarDetection = {
  name: 'calendar',
  nature: 'document',
  detect(bytes) {
    const match = /^\s{0,4000}BEGIN:V(CALENDAR|CARD|NOTE|MSG)\b/i.exec(
      plainText(bytes.subarray(0, 4096)).toString('latin1'),
    );
    if (match === null) return null;
    return { mime: match[1]?.toUpperCase() === 'CARD' ? 'text/vcard' : 'text/calendar', isCertain: false };
  },
} as const satisfies ContainerDetection;

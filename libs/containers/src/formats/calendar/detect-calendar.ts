import type { ContainerDetection } from '../../container-format.js';

/** iCalendar and vCard (RFC 5545, 6350). Certain only of the format: most hold no file. */
export const calendarDetection = {
  name: 'calendar',
  nature: 'document',
  detect(bytes) {
    const match = /^\s{0,16}BEGIN:V(CALENDAR|CARD)\b/i.exec(bytes.toString('latin1', 0, 64));
    if (match === null) return null;
    return { mime: match[1]?.toUpperCase() === 'CARD' ? 'text/vcard' : 'text/calendar', isCertain: false };
  },
} as const satisfies ContainerDetection;

import type { ScanReport } from '../ask-gateways/scan-report.js';

/** Before the first report: no claim to signatures of any day. */
const unknown = 'ClamAV 1.4.0/0/Thu Jan  1 00:00:00 1970';

/**
 * VERSION in clamd's shape: engine, number of the signatures, their date. Clients compare the date with today, so it is
 * that of the signatures which judged last; until something was judged it is as old as can be.
 */
export class ClamdVersion {
  private text = unknown;

  get current(): string {
    return this.text;
  }

  learn({ engines }: ScanReport): void {
    const clamav = engines.find(({ engine }) => engine === 'clamav');
    if (clamav === undefined) return;
    const [, release = '1.4.0', number = '0'] = /(\d+\.\d+\.\d+)(?:[^/]*\/(\d+))?/.exec(clamav.version) ?? [];
    const date = new Date(clamav.signaturesAt ?? 0);
    if (!Number.isNaN(date.getTime())) this.text = `ClamAV ${release}/${number}/${ctime(date)}`;
  }
}

/** As C's `ctime` has it, in UTC: `Sun Nov 23 08:00:00 2025`, the day filled with a blank. */
function ctime(date: Date): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = date
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
}

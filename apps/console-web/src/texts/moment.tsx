import { useEffect, useState, type ReactElement } from 'react';
import { formatAgo, formatClock, formatDate, formatTime, formatUtc, formatZone } from './formats.js';
import './texts.css';

const tickMs = 10_000;

export function useNowMs(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** A point in time in the viewer's zone, UTC on hover. */
export function Moment({ at }: { readonly at: string }): ReactElement {
  return (
    <time className="moment" dateTime={at} title={formatUtc(at)}>
      {formatTime(at)}
    </time>
  );
}

/** How long ago; the exact time, here and in UTC, on hover. */
export function TimeAgo({ at }: { readonly at: string }): ReactElement {
  const nowMs = useNowMs();
  return (
    <time className="moment" dateTime={at} title={`${formatTime(at)}\n${formatUtc(at)}`}>
      {formatAgo(at, nowMs)}
    </time>
  );
}

/** The time of today, or day and time; all of it, here and in UTC, on hover. */
export function Clock({ at }: { readonly at: string }): ReactElement {
  const nowMs = useNowMs();
  return (
    <time className="moment" dateTime={at} title={`${formatTime(at)}\n${formatUtc(at)}`}>
      {formatClock(at, nowMs)}
    </time>
  );
}

/** With its zone in sight: of what is read out over a phone, or beside a log in UTC. */
export const ZonedClock = ({ at }: { readonly at: string }): ReactElement => (
  <>
    <Clock at={at} /> <span className="moment">{formatZone(Date.parse(at))}</span>
  </>
);

/** The day alone, where the hour matters little; all of it, here and in UTC, on hover. */
export const Day = ({ at }: { readonly at: string }): ReactElement => (
  <time className="moment" dateTime={at} title={`${formatTime(at)}\n${formatUtc(at)}`}>
    {formatDate(at)}
  </time>
);

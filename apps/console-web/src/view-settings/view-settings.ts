import { createState } from '../api/create-state.js';
import { timeZoneState } from '../texts/formats.js';

export type Density = 'compact' | 'comfortable';
export const densityState = createState<Density>('compact');
/** The side bar as icons only. */
export const isNarrowState = createState(false);

const keys = { zone: 'sluice-time-zone', density: 'sluice-density', narrow: 'sluice-side-bar' } as const;

/** How this browser shows things. A browser that keeps nothing shows them as at first. */
export function readViewSettings(): void {
  const zone = stored(keys.zone);
  if (zone !== null && isTimeZone(zone)) timeZoneState.set(zone);
  const density: Density = stored(keys.density) === 'comfortable' ? 'comfortable' : 'compact';
  densityState.set(density);
  document.documentElement.dataset['density'] = density;
  isNarrowState.set(stored(keys.narrow) === 'narrow');
}

/** Undefined: the browser's own. */
export function setTimeZone(zone: string | undefined): void {
  keep(keys.zone, zone);
  timeZoneState.set(zone);
}

export function toggleDensity(): void {
  const density: Density = densityState.get() === 'compact' ? 'comfortable' : 'compact';
  keep(keys.density, density);
  document.documentElement.dataset['density'] = density;
  densityState.set(density);
}

export function toggleNarrow(): void {
  const isNarrow = !isNarrowState.get();
  keep(keys.narrow, isNarrow ? 'narrow' : undefined);
  isNarrowState.set(isNarrow);
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

/** Storage can be forbidden by the browser, which throws. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Shown as chosen until the page is left.
  }
}

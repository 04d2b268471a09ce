import { isPortFree, type PortBook } from './port-book.js';

const mostAttempts = 5;

type Ports<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Runs `start` with a port for each name. When it fails because somebody else listens on one (between the draw and the
 * bind, or since the last run), other ports are drawn and it is run again. `start` leaves nothing running when it fails.
 */
export async function startOnPorts<Name extends string, Started>(
  book: PortBook,
  names: readonly Name[],
  start: (ports: Ports<Name>) => Promise<Started>,
): Promise<Started> {
  const ports = {} as Record<Name, number>;
  for (const name of names) ports[name] = await book.take(name);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start({ ...ports });
    } catch (error) {
      const lost = await lostPorts(ports, error as Error);
      if (lost.length === 0 || attempt === mostAttempts) throw error;
      for (const name of lost) ports[name] = await book.drawAnew(name);
    }
  }
}

/** PostgreSQL, Erlang, Node and the C library each have words of their own for it. */
const inUse = /address (already )?in use|eaddrinuse|port \d+ in use|could not create any TCP/i;

/** Those that are taken now; if none is any more but the fault said so, those it names, or all. */
async function lostPorts<Name extends string>(
  ports: Record<Name, number>,
  { message }: Error,
): Promise<Name[]> {
  const names = Object.keys(ports) as Name[];
  const free = await Promise.all(names.map((name) => isPortFree(ports[name])));
  const taken = names.filter((_, index) => free[index] === false);
  if (taken.length > 0 || !inUse.test(message)) return taken;
  const named = names.filter((name) => message.includes(String(ports[name])));
  if (named.length > 0) return named;
  // A port that isn't ours to choose (the one callers use) is named; without any number it may be each of these.
  return /\d{4,5}/.test(message) ? [] : names;
}

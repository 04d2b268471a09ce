/** Waits for the work, but no longer than this; says which it was. A rejection in time is passed on, one that comes late is no one’s. */
export async function within(timeoutMs: number, work: Promise<unknown>): Promise<'done' | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, timeoutMs, 'late')));
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => 'done' as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

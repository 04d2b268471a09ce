import {
  NotRunHere,
  occasions,
  type DoorClient,
  type Fate,
  type Occasion,
  type StartedClient,
} from './door-client.js';
import type { DoorArena } from './door-arena.js';

/** What was seen of one client. */
export type ClientReport =
  | { readonly kind: 'left-out'; readonly client: DoorClient; readonly why: string }
  | { readonly kind: 'failed'; readonly client: DoorClient; readonly why: string }
  | {
      readonly kind: 'seen';
      readonly client: DoorClient;
      readonly version: string;
      readonly fates: Readonly<Record<Occasion, Fate>>;
    };

type Begun =
  | Exclude<ClientReport, { kind: 'seen' }>
  | {
      readonly kind: 'begun';
      readonly client: DoorClient;
      readonly started: StartedClient;
      readonly fates: Partial<Record<Occasion, Fate>>;
    };

/** One client after the other while all is well; then no gateway answers any more, and all of them at once. */
export async function runDoors(
  arena: DoorArena,
  { clients, log }: { clients: readonly DoorClient[]; log: (line: string) => void },
): Promise<ClientReport[]> {
  const begun: Begun[] = [];
  try {
    for (const client of clients) {
      log(`${client.title} …`);
      begun.push(await begin(client, arena));
    }
    log('No gateway answers any more …');
    await arena.stopGateway();
    return await Promise.all(begun.map(finish));
  } finally {
    await Promise.all(begun.map((one) => (one.kind === 'begun' ? one.started.stop() : undefined)));
  }
}

async function begin(client: DoorClient, arena: DoorArena): Promise<Begun> {
  let started: StartedClient | null = null;
  try {
    started = await client.start(arena);
    const fates: Partial<Record<Occasion, Fate>> = {};
    for (const occasion of occasions.filter((one) => one !== 'away'))
      fates[occasion] = await started.meet(occasion);
    return { kind: 'begun', client, started, fates };
  } catch (error) {
    await started?.stop();
    const why = (error as Error).message;
    return { kind: error instanceof NotRunHere ? 'left-out' : 'failed', client, why };
  }
}

async function finish(one: Begun): Promise<ClientReport> {
  if (one.kind !== 'begun') return one;
  const { client, started, fates } = one;
  try {
    const away = await started.meet('away');
    return {
      kind: 'seen',
      client,
      version: started.version,
      fates: { ...(fates as Record<Occasion, Fate>), away },
    };
  } catch (error) {
    return { kind: 'failed', client, why: (error as Error).message };
  }
}

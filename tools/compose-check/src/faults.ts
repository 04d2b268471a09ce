import type { CheckList } from './check-list.js';

/**
 * What was wrong when the compose file was run for the first times, and the checks that fail when it comes back. A check
 * is named by the beginning of its title.
 */
export const faults: readonly { readonly fault: string; readonly checks: readonly string[] }[] = [
  {
    fault: 'the image could not be built: a file was not copied',
    checks: ['docker compose build: makes the image'],
  },
  {
    fault: '"docker compose build" built nothing; an upgrade kept the old code in silence',
    checks: ['a build after an edit makes another image', 'deploy/rolling-update under load'],
  },
  {
    fault: "the console's volume was root's: no first password",
    checks: ['docker compose exec console sluice first-password'],
  },
  {
    fault: 'the setup failed as root, as another user, or without the folder',
    checks: ['setup as uid 1000', 'setup as uid 0', 'setup makes deploy/secrets where there is none'],
  },
  {
    fault: 'secrets could be read by everyone on the host',
    checks: ['setup as uid 1000', 'setup as uid 0', 'setup makes deploy/secrets where there is none'],
  },
  {
    fault:
      'ClamAV restarted every half hour, looked healthy when clamd was dead, could be stopped, had a way out',
    checks: [
      'no container had to be restarted',
      'kill -9 of every clamav',
      'a scanner cannot stop clamd',
      'clamav reaches',
    ],
  },
  {
    fault: 'with database or broker away callers got resets',
    checks: [
      'a dead database: 503',
      'a dead broker: 503',
      'the database away under load',
      'the broker away under load',
    ],
  },
  {
    fault: 'after a deleted queue and a restart nothing was judged, and callers still got OK',
    checks: ['each queue, deleted under load', 'a wiped broker loses nothing'],
  },
  {
    fault: '"up -d" did not apply changed secrets and definitions',
    checks: ['changed secrets take effect by deploy/rolling-update', 'docker compose up -d after a build'],
  },
  {
    fault: 'the scale was forgotten by a plain "up -d"',
    checks: ['SCANNERS and GATEWAYS in .env survive'],
  },
  {
    fault: 'upgrades recreated all gateways at once: 144 of 520 requests failed',
    checks: ['deploy/rolling-update under load', 'scaling scanners and gateways up and down'],
  },
  {
    fault: 'scaling gateways up reset connections: a new one counted as up before its first check',
    checks: ['a new gateway gets no connection before it is ready'],
  },
  {
    fault: 'no command line, and no way back after a lost password or second factor',
    checks: [
      'docker compose exec console sluice first-password',
      'sluice operators reset-password',
      'sluice operators remove-second-factor',
    ],
  },
  {
    fault: 'a virtual host whose default queue type is quorum broke results; no quorum queues',
    checks: [
      'a virtual host whose default queue type is quorum',
      'SCAN_QUEUE_TYPE=quorum',
      'kill -9 of the broker with a backlog',
      'back to classic',
    ],
  },
  {
    fault: 'a scanner exited on a fresh start: no folder in the object store yet',
    checks: ['no container had to be restarted'],
  },
  {
    fault: 'GATEWAY_NAMES after the first setup was ignored in silence',
    checks: ['setup says so when names were added'],
  },
  {
    fault: "callers appeared with a bridge's address",
    checks: ['a caller from another host is shown with its own address'],
  },
  {
    fault: "a scanner reached management ports and the console over the broker's network",
    checks: ['scanner reaches'],
  },
  {
    fault: 'no limits of memory and processes; /tmp of ClamAV took 4 GB',
    checks: [
      'scanner: no root',
      'clamav: no root',
      'an archive of 90 MB',
      'a bomb, 1 GiB',
      'a bomb of sixteen bombs',
      'neither the large ones nor the bombs ended a container',
    ],
  },
  { fault: 'a second clamd got no work', checks: ['CLAMAVS=2'] },
  {
    fault: 'the balancer had no health check',
    checks: ['docker compose run --rm setup; docker compose up -d', 'kill -9 of every balancer'],
  },
  {
    fault: 'a health check that ran out of time was inherited by PostgreSQL, which restarted all of itself',
    checks: ['what a health check leaves behind does not end the database'],
  },
  {
    fault: 'the fixed network collided, in one start of a few, with those Docker gives out by itself',
    checks: ['docker compose run --rm setup; docker compose up -d', 'docker compose down and up -d'],
  },
  {
    fault: 'the image held 813 sources, tests, fuzz and chaos',
    checks: ['the image holds no sources, tests or maps'],
  },
];

/** After a whole run: each fault with its checks, all of which have to have passed. */
export function reportFaults(list: CheckList): void {
  list.heading('Faults of the first run, and what would show them again');
  for (const { fault, checks } of faults) {
    const missing = checks.filter((check) => !list.passed.some((title) => title.startsWith(check)));
    if (missing.length === 0) console.log(`  ✓ ${fault} ← ${checks.join('; ')}`);
    else list.fail(`${fault} ← did not pass: ${missing.join('; ')}`);
  }
}

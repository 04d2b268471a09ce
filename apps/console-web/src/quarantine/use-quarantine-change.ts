import type { Quarantined, QuarantineChange } from '@sluice/console-api';
import type { RequestBody } from '@sluice/console-api/requests';
import type { QuarantineOutcome } from '@sluice/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { notify } from '../notices/notices.js';
import { plural } from '../texts/formats.js';

type Verb = 'release' | 'refuse' | 'delete';
type Body<Of extends Verb> = Omit<RequestBody<`POST /api/quarantine/${Of}`>, 'ids'>;

const done: Readonly<Record<Verb, (count: number) => string>> = {
  release: (count) =>
    `${plural(count, 'object')} on ${count === 1 ? 'its' : 'their'} way. The list shows what the receiver answers.`,
  refuse: (count) =>
    `${plural(count, 'mail')} refused. The list shows when ${count === 1 ? 'its sender was' : 'their senders were'} notified.`,
  delete: (count) => `${plural(count, 'object')} deleted.`,
};

const refusals: Readonly<Record<Exclude<QuarantineOutcome, 'done'>, string>> = {
  'not-found': 'no longer kept',
  conflict: 'being released or scanned again',
  'not-mail': 'no mail',
  'no-recipients': 'without a complete list of recipients: release to an address',
  'not-held': 'not held, so that someone else has it',
  'detected-since': 'detected by newer signatures since: release once more and say that you know',
  'no-sender': 'a bounce, to whose sender nothing is sent: delete it instead',
};

/** Asks for all of them at once and says what became of which. */
export function useQuarantineChange<Of extends Verb>(
  verb: Of,
  items: readonly Quarantined[],
  onDone: () => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<Of>) =>
      ask('POST', `/api/quarantine/${verb as Verb}`, { ids: items.map(({ id }) => id), ...body }),
    onSuccess: ({ items: changed }) => {
      const isDone = changed.filter(({ outcome }) => outcome === 'done').length;
      if (isDone > 0) notify('done', done[verb](isDone));
      const refused = describeRefusals(changed);
      if (refused !== '') notify('failed', `Left as it was: ${refused}.`);
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.quarantine }),
  });
}

function describeRefusals(changed: QuarantineChange['items']): string {
  const counts = new Map<Exclude<QuarantineOutcome, 'done'>, number>();
  for (const { outcome } of changed)
    if (outcome !== 'done') counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${refusals[outcome]}`).join(', ');
}

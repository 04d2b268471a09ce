import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deliveryKinds, deliveryStates } from '@sluice/console-api';
import {
  alertDispositions,
  alertStates,
  certificateStates,
  importances,
  objectTypes,
  operatorRoles,
  scanStates,
  systemTypes,
} from '@sluice/contracts';
import { channelKinds } from '@sluice/notifications';

const schema = readFileSync(path.resolve(import.meta.dirname, '../../../../libs/schema/schema.txt'), 'utf8');

/** What a column may hold, by the check of its table. */
function takenBy(check: string): string[] {
  const [, list] = new RegExp(`^  ${check} CHECK .*ARRAY\\[([^\\]]+)\\]`, 'm').exec(schema) ?? [];
  if (list === undefined) throw new Error(`schema.txt has no list ${check}`);
  return [...list.matchAll(/'([^']*)'/g)].map(([, word = '']) => word).sort();
}

/** A word that the code learned and the database did not is a row refused while the system runs. */
describe('what a column may hold', () => {
  it.each<[string, readonly string[]]>([
    ['channels_kind_check', channelKinds],
    ['deliveries_kind_check', deliveryKinds],
    ['deliveries_state_check', deliveryStates],
    ['alerts_state_check', alertStates],
    ['alerts_importance_check', importances],
    ['alerts_disposition_check', alertDispositions],
    ['scans_state_check', scanStates],
    ['scans_object_type_check', objectTypes],
    ['registrations_type_check', systemTypes],
    ['certificates_state_check', certificateStates],
    ['certificates_claimed_type_check', systemTypes],
    ['operators_role_check', operatorRoles],
    ['tokens_role_check', operatorRoles],
  ])('%s takes the words of the code, and no others', (check, words) => {
    expect(takenBy(check)).toEqual([...words].sort());
  });
});

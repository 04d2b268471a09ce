import { Conditions, containing } from '../lists/conditions.js';
import { hashColumn } from '../lists/hash-column.js';
import type { AlertFilters } from './alert.schema.js';

// Which mail an operator asks about: what the MTA's log and the sender's own name it by.
const originTexts = ['clientAddress', 'clientName', 'authenticatedUser', 'queueId', 'messageId']
  .map((name) => `a.mail_origin ->> '${name}'`)
  .join(', ');

/** The conditions on `ledger.alert_list a` that the filters of every list of alerts mean. */
export function filterAlerts(query: AlertFilters): Conditions {
  const conditions = new Conditions()
    .add('a.created_at >= ?', query.from)
    .add('a.created_at < ?', query.until)
    .add('a.importance = ?', query.importance)
    .add('? = ANY (a.technologies)', query.technology)
    .add('a.type = ?', query.source)
    .add('a.state = ?', query.state)
    .add('a.assignee = ?', query.assignee)
    .add('a.sensor_id = ?', query.sensorId)
    .add('a.sha256 = ?', query.sha256)
    .add('a.mail_from = ?', query.sender);
  const column = hashColumn(query.q);
  if (column !== null) return conditions.add(`a.${column} = ?`, query.q?.toLowerCase());
  return conditions.add(
    `(a.object_name ILIKE ? OR a.sensor_id ILIKE ? OR a.sha256 ILIKE ? OR array_to_string(a.names, ' ') ILIKE ?
      OR array_to_string(ARRAY[${originTexts}], ' ') ILIKE ?)`,
    containing(query.q),
  );
}

import type { AlertFilters } from '@sluice/console-api/requests';
import { Conditions } from '../lists/conditions.js';

/**
 * Alerts in which a part of that SHA-256 was detected. Found first, by their own index: as one condition among others,
 * of which nothing is known, the database could choose to read every alert.
 */
export const ofPart = (place: string): string =>
  `a.id = ANY (ARRAY(SELECT p.id FROM ledger.alert_list p WHERE p.part_hashes @> to_jsonb(${place}::text)))`;

/** The conditions on `ledger.alert_list a` that the filters of every list of alerts mean, but for free text. */
export const filterAlerts = (query: AlertFilters): Conditions =>
  new Conditions()
    .add('a.created_at >= ?', query.from)
    .add('a.created_at < ?', query.until)
    .add('a.importance = ?', query.importance)
    .add('? = ANY (a.technologies)', query.technology)
    .add('a.type = ?', query.source)
    .add('a.state = ?', query.state)
    .add('a.disposition = ?', query.disposition)
    .add(`a.rescanned IS NOT NULL AND a.rescanned ->> 'state' = ?`, query.rescanned)
    .add('a.assignee = ?', query.assignee)
    .add('a.sensor_id = ?', query.sensorId)
    .add('a.registration_id = ?', query.registrationId)
    .add('a.submission_id = ?', query.scan)
    .add('a.sha256 = ?', query.sha256)
    .add(ofPart('?'), query.part)
    .add('? = ANY (a.names)', query.detection)
    .add('a.mail_from = ?', query.sender);

import type { Alert } from '../domain/alerts/alert.ts';
import { alertToItem } from './alertItem.ts';
import { alertKey, openAlertKey, outboxKey, untoldKey } from './alertKeys.ts';
import type { Item } from './table.ts';

/**
 * All that a new alert puts, in one transaction: its record, its row in the outbox, the note that its deliveries are
 * to be planned, and what finds it again at the end of its period where that end is told.
 */
export function newAlertItems(alert: Alert): Item[] {
  const fields = alertToItem(alert);
  const { facts: _, ...withoutFacts } = alert;
  const openKey = openAlertKey(alert.subject);
  return [
    { ...fields, ...alertKey(alert.subject.month, alert.id) },
    { ...fields, ...outboxKey(alert.id) },
    { ...fields, ...untoldKey(alert.id) },
    ...(openKey === undefined ? [] : [{ ...alertToItem(withoutFacts), ...openKey }]),
  ];
}

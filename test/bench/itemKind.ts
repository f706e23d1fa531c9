import { LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { type ItemKey, parseLineKey, parseTotalKey } from '../../shared/store/keys.ts';

export const ITEM_KINDS = [
  'records',
  'lines',
  'totals',
  'indexes',
  'quarantine',
  'alerts',
  'standings',
] as const;

/** What an item is for, as the figures are split. An audit of a revision counts to the records. */
export type ItemKind = (typeof ITEM_KINDS)[number];

const ALERT_PARTITIONS = ['ALERTS#', 'OUTBOX', 'UNTOLD', 'OPEN', 'READINGS#', 'SENDERS'];

export function itemKind(table: string, key: ItemKey): ItemKind {
  if (table === LOCAL_TABLES.recordsTable) return 'records';
  if (parseLineKey(key) !== undefined) return 'lines';
  if (parseTotalKey(key) !== undefined || key.sk.startsWith('RANK#')) return 'totals';
  if (key.pk.startsWith('QUARANTINE')) return 'quarantine';
  if (ALERT_PARTITIONS.some((pk) => key.pk.startsWith(pk))) return 'alerts';
  if (key.pk.startsWith('STANDING')) return 'standings';
  if (key.pk === 'SEALS' || key.pk === 'DAYS' || key.pk.startsWith('TEAMS#') || key.pk.startsWith('USER#'))
    return 'indexes';
  throw new TypeError(`No kind of item is known under ${key.pk} / ${key.sk}.`);
}

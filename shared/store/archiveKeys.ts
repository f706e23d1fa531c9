import type { Archive } from '../domain/archive.ts';
import type { ItemKey } from './keys.ts';

/** The list of archives, in the table of totals. */
export const ARCHIVES_PARTITION = 'ARCHIVES';

export function archiveKey({ day, archivedAt }: Pick<Archive, 'day' | 'archivedAt'>): ItemKey {
  return { pk: ARCHIVES_PARTITION, sk: `DAY#${day}#${archivedAt}` };
}

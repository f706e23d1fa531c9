import { LocalError } from '../../infra/local/localError.ts';
import type { Alert } from '../../shared/domain/alerts/alert.ts';
import { nearestName } from '../../shared/pricing/nearestName.ts';
import type { AlertStore } from '../../shared/store/alertStore.ts';
import { monthsOfAlerts } from '../../shared/store/findAlert.ts';
import { printable } from '../output/table.ts';

const MAX_NAMED = 5;

/** All alerts of the given months, the newest first. */
export async function readAlerts(
  months: readonly string[],
  { alerts }: Readonly<{ alerts: Pick<AlertStore, 'ofMonth'> }>,
): Promise<Alert[]> {
  const found: Alert[] = [];
  for (const month of months) found.push(...(await alerts.ofMonth(month)));
  return found.sort((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1));
}

function orderOf({ createdAt, id }: Alert): string {
  return `${createdAt} ${id}`;
}

/** The alert of an id, of which the beginning is enough where no other one begins so. */
export async function findAlert(
  text: string,
  stores: Readonly<{ alerts: Pick<AlertStore, 'ofMonth'> }>,
  now: Date,
): Promise<Alert> {
  const all = await readAlerts(monthsOfAlerts(now), stores);
  const beginning = all.filter(({ id }) => id.startsWith(text));
  const exact = beginning.find(({ id }) => id === text);
  const [only] = beginning;
  if (exact !== undefined) return exact;
  if (only !== undefined && beginning.length === 1) return only;
  throw new LocalError('usage', beginning.length > 1 ? severalText(text, beginning) : noneText(text, all));
}

function severalText(text: string, alerts: readonly Alert[]): string {
  const named = alerts.slice(0, MAX_NAMED).map(({ id }) => `\n  ${printable(id)}`);
  const more = alerts.length > MAX_NAMED ? `\n  and ${alerts.length - MAX_NAMED} more` : '';
  return `${alerts.length} alerts begin with ${printable(text)}:${named.join('')}${more}`;
}

function noneText(text: string, alerts: readonly Alert[]): string {
  const nearest = nearestName(
    text,
    alerts.map(({ id }) => id),
  );
  const mend =
    nearest === undefined ? 'tollbook alerts list shows them' : `did you mean\n  ${printable(nearest)}`;
  return `no alert begins with ${printable(text)}; ${mend}`;
}

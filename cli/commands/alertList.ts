import { LocalError } from '../../infra/local/localError.ts';
import { type Alert, type AlertSeverity, alertSeverity } from '../../shared/domain/alerts/alert.ts';
import type { Delivery } from '../../shared/domain/alerts/delivery.ts';
import { isOpenAlert } from '../../shared/domain/alerts/openAlert.ts';
import { makeAlertMessage } from '../../shared/notify/alertMessage.ts';
import { alertNotes } from '../../shared/notify/alertNotes.ts';
import { monthsOfAlerts } from '../../shared/store/findAlert.ts';
import type { LedgerOptions } from '../openLedger.ts';
import { formatAlert, formatAlertList, formatWaiting } from '../output/alerts.ts';
import { findAlert, readAlerts } from './findAlert.ts';
import { printFromLedger } from './withLedger.ts';

type ListOptions = LedgerOptions &
  Readonly<{
    month?: string;
    open?: boolean;
    severity?: AlertSeverity;
    top: number;
    deliveries?: boolean;
    json?: boolean;
  }>;
type ShowOptions = LedgerOptions & Readonly<{ json?: boolean }>;

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** `tollbook alerts list`: alerts, or with `--deliveries` what waits. */
export async function listCommand(options: ListOptions): Promise<void> {
  const { month, open = false, severity, top, json = false } = options;
  if (month !== undefined && !MONTH.test(month)) {
    throw new LocalError('usage', `--month ${month}: give a month as 2026-11`);
  }
  await printFromLedger(options, async ({ stores }) => {
    const now = new Date();
    const isWanted = (alert: Alert) =>
      (!open || isOpenAlert(alert, now)) && (severity === undefined || alertSeverity(alert) === severity);
    const months = month === undefined ? monthsOfAlerts(now) : [month];
    const alerts = (await readAlerts(months, stores)).filter(isWanted);
    if (options.deliveries === true) {
      const isAll = month === undefined && severity === undefined && !open;
      const ids = new Set(alerts.map(({ id }) => id));
      const waiting = (await stores.deliveries.waiting()).filter(({ alertId }) => isAll || ids.has(alertId));
      return json ? JSON.stringify({ deliveries: waiting }) : formatWaiting(waiting);
    }
    if (json) return JSON.stringify({ alerts: alerts.map((alert) => alertJson(alert, now)) });
    return formatAlertList(alerts, { top, now });
  });
}

/** `tollbook alerts show`: all that there is to know about one. */
export async function showCommand(text: string, options: ShowOptions): Promise<void> {
  await printFromLedger(options, async ({ stores }) => {
    const now = new Date();
    const alert = await findAlert(text, stores, now);
    const deliveries = await stores.deliveries.ofAlert(alert.subject.month, alert.id);
    const { notes } = await alertNotes(alert, { ...stores, now });
    return options.json === true
      ? JSON.stringify({ ...alertJson(alert, now), notes, deliveries: deliveries.map(deliveryJson) })
      : formatAlert(alert, { notes, deliveries });
  });
}

/** What programs get of an alert, with what people and channels made of it. */
export function alertJson(alert: Alert, now: Date) {
  const { state, publishedAt, acknowledged } = alert;
  return { ...makeAlertMessage(alert), state, publishedAt, acknowledged, open: isOpenAlert(alert, now) };
}

function deliveryJson({ alertId: _alertId, month: _month, ...delivery }: Delivery) {
  return delivery;
}

import type { IngestTally } from '../../infra/local/ingestFiles.ts';
import { type Alert, type AlertSubject, threadKey } from '../../shared/domain/alerts/alert.ts';
import { describeAlert } from '../../shared/domain/alerts/describeAlert.ts';
import { addDays, monthEnd, monthOfDay } from '../../shared/domain/period.ts';
import { makeAlertMessage } from '../../shared/notify/alertMessage.ts';
import { shortAlertText } from '../../shared/notify/alertText.ts';
import { makeDigest, moreText } from '../../shared/notify/digest.ts';
import { type CostReport, costReportJson, reportCosts } from '../../shared/store/costReport.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { formatCosts } from './costs.ts';
import { formatGaps, gatherGaps } from './gaps.ts';
import { formatIngest, ingestJson } from './ingest.ts';
import { formatQuarantine } from './quarantine.ts';
import { printable } from './table.ts';

/** What a start shows: the ingest, the whole ledger's costs, and its alerts. */
export type Summary = Readonly<{
  tally: IngestTally;
  team: CostReport;
  user: CostReport;
  model: CostReport;
  alerts: readonly Alert[];
  firstDay: string | undefined;
  lastDay: string | undefined;
  topUser: string | undefined;
}>;

const TOP_USERS = 10;
const MAX_ALERTS = 10;

export async function gatherSummary(tally: IngestTally, stores: Stores): Promise<Summary> {
  const days = await stores.totals.days();
  const lastDay = days.at(-1);
  const lastDayUsers =
    lastDay === undefined
      ? undefined
      : await reportCosts('user', stores.totals, { from: lastDay, to: lastDay });
  const alerts: Alert[] = [];
  for (const month of alertMonths(days)) {
    alerts.push(...(await stores.alerts.ofMonth(month)));
  }
  alerts.sort(compareAlerts);
  return {
    tally,
    team: await reportCosts('team', stores.totals),
    user: await reportCosts('user', stores.totals),
    model: await reportCosts('model', stores.totals),
    alerts,
    firstDay: days[0],
    lastDay,
    topUser: lastDayUsers?.rows[0]?.name,
  };
}

/** One scope after the other, and of a budget the marks as they were passed. */
function compareAlerts(a: Alert, b: Alert): number {
  const place = ({ subject }: Alert) =>
    `${subject.month}#${subject.scopeKind}#${subject.scopeId}#${threadKey(subject)}`;
  if (place(a) !== place(b)) return place(a) < place(b) ? -1 : 1;
  return rankOf(a.subject) - rankOf(b.subject);
}

/** Marks first, then where the pace leads, then the end. */
function rankOf(subject: AlertSubject): number {
  if (subject.rule === 'budget') return subject.threshold;
  return subject.rule === 'projection' ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER;
}

/** An alert is filed under the month in which its period began, for a year's the January. */
function alertMonths(days: readonly string[]): string[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const months: string[] = [];
  for (let day = addDays(`${first.slice(0, 4)}-01-01`, -1); day <= last; ) {
    months.push(monthOfDay(day));
    day = monthEnd(monthOfDay(day)).slice(0, 10);
  }
  return months;
}

/** `{ingest, costs: {team, user, model}, alerts}`; amounts are exact decimal texts. */
export function summaryJson({ tally, team, user, model, alerts }: Summary) {
  const rows = (report: CostReport) => costReportJson(report).rows;
  return {
    ingest: ingestJson(tally),
    costs: { team: rows(team), user: rows(user), model: rows(model) },
    alerts: alerts.map(makeAlertMessage),
  };
}

export async function summaryText(summary: Summary, stores: Stores, dataDir: string): Promise<string> {
  const { tally, team, user, model, alerts, firstDay, lastDay } = summary;
  if (firstDay === undefined) return `${formatIngest(tally)}\nThe ledger is empty.`;
  const sections = [
    formatIngest(tally),
    `\nCosts by team, ${firstDay} to ${lastDay} (UTC)\n${formatCosts(team)}`,
    `\nTop users\n${formatCosts(user, TOP_USERS)}`,
    `\nModels\n${formatCosts(model)}`,
    formatGaps(await gatherGaps(stores), { data: dataDir }).trimEnd(),
    alerts.length === 0 ? '\nNo alerts' : `\nAlerts\n${indent(formatAlerts(alerts, dataDir))}`,
    (await formatQuarantine(tally, stores.quarantine)).trimEnd(),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

/** The worst come first; the rest are counted, so that a first import of a year leaves the costs in sight. */
function formatAlerts(alerts: readonly Alert[], dataDir: string): string {
  const { shown, more } = makeDigest(
    alerts.map((alert) => describeAlert(alert)),
    MAX_ALERTS,
  );
  const rest = more === 0 ? [] : [`${moreText(more)}: tollbook alerts list${placeText(dataDir)}`];
  return [...shown.map(shortAlertText), ...rest].join('\n\n');
}

/** What to add to a command for it to find the same ledger. */
function placeText(dataDir: string): string {
  return dataDir === '.tollbook' ? '' : ` --data ${printable(dataDir)}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

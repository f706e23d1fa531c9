import type { Notice } from '../domain/alerts/notice.ts';
import { ackCommand } from './ackCommand.ts';
import { headline, makeDigest, moreText, singleNotice } from './digest.ts';
import { cleanLine, cutTo } from './plainText.ts';
import { textBar } from './textBar.ts';
import { viewLink } from './viewLink.ts';
import { columnsOf, wrapText } from './wrapText.ts';

/** Mail programs and terminals show so much without breaking lines themselves. */
const COLUMNS = 76;
const INDENT = '  ';
const MAX_TEXT = 600;
const MAX_DETAILS = 12;
/** Beyond that nobody reads on. */
const MAX_IN_DIGEST = 50;

/** An alert as a person reads it in a terminal or an e-mail; no line is wider than 76 columns. */
export function alertText(notice: Notice): string {
  const { summary, percent } = notice;
  const url = viewLink(notice);
  const rows = [
    ...notice.details.slice(0, MAX_DETAILS),
    ...notice.drivers.map((value, index) => ({ label: index === 0 ? 'Most of it' : '', value })),
    ...(url === undefined ? [] : [{ label: 'View', value: url }]),
  ];
  const labelColumns = Math.max(...rows.map(({ label }) => columnsOf(label)), 0) + INDENT.length;
  return [
    ...paragraph(headline(notice)),
    ...paragraph(summary),
    ...(percent === undefined ? [] : [textBar(percent)]),
    ...rows.flatMap(({ label, value }) => labelled(label, value, labelColumns)),
    ...ackCommand(notice.alertId, COLUMNS),
  ].join('\n');
}

/** Several alerts, the worst first, each in short with its id; one alone in full. */
export function alertsText(notices: readonly Notice[]): string {
  const single = singleNotice(notices);
  if (single !== undefined) return alertText(single);
  const { title, shown, more } = makeDigest(notices, MAX_IN_DIGEST);
  const rest = more === 0 ? [] : [moreText(more)];
  return [title, ...shown.map(shortAlertText), ...rest].join('\n\n');
}

/** An alert in short: what happened, its figures, and how to say that one deals with it. */
export function shortAlertText(notice: Notice): string {
  const { summary, alertId } = notice;
  return [...paragraph(headline(notice)), ...paragraph(summary), ...ackCommand(alertId, COLUMNS)].join('\n');
}

function paragraph(text: string, columns = COLUMNS): string[] {
  return wrapText(cutTo(cleanLine(text), MAX_TEXT), columns);
}

function labelled(label: string, value: string, labelColumns: number): string[] {
  const lines = paragraph(value, COLUMNS - INDENT.length - labelColumns);
  return lines.map((line, index) => `${INDENT}${(index === 0 ? label : '').padEnd(labelColumns)}${line}`);
}

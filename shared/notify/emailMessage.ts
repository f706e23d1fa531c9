import type { AlertSeverity } from '../domain/alerts/alert.ts';
import { severityWord } from '../domain/alerts/alertWords.ts';
import type { Notice } from '../domain/alerts/notice.ts';
import { ackCommand } from './ackCommand.ts';
import { alertsText } from './alertText.ts';
import { headline, makeDigest, moreText, singleNotice } from './digest.ts';
import { html } from './htmlText.ts';
import { cleanLine, cutTo } from './plainText.ts';
import { viewLink } from './viewLink.ts';

/** A message for SES: the same in plain text and in HTML that loads nothing from anywhere. */
export type EmailMessage = Readonly<{ subject: string; text: string; html: string }>;

const MAX_SUBJECT = 150;
const MAX_LINE = 600;
const MAX_DETAILS = 12;
const MAX_IN_DIGEST = 50;
const COMMAND_COLUMNS = 76;

/** Legible on white as on black, since mail programs turn pages dark as they like. */
const COLOURS: Readonly<Record<AlertSeverity, string>> = {
  info: '#1f6feb',
  warning: '#9a6700',
  critical: '#d93f37',
};
const GREY = '#737b85';
const TEXT = 'font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:20px';

export function emailMessage(notices: readonly Notice[]): EmailMessage {
  const single = singleNotice(notices);
  const { title, shown, more } = makeDigest(notices, MAX_IN_DIGEST);
  const subject = single === undefined ? title : headline(single);
  const body =
    single === undefined
      ? [
          `<tr><td style="${TEXT};font-weight:bold;padding-bottom:12px">${html(title, MAX_LINE)}</td></tr>`,
          ...shown.map(shortRow),
          ...(more === 0 ? [] : [`<tr><td style="${TEXT}">${moreText(more)}</td></tr>`]),
        ]
      : [fullRow(single)];
  return {
    subject: cutTo(cleanLine(subject), MAX_SUBJECT),
    text: alertsText(notices),
    html: page(body.join('\n')),
  };
}

function page(rows: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>Tollbook</title>
</head>
<body style="margin:0;padding:16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:640px">
${rows}
</table>
</body>
</html>
`;
}

function fullRow(notice: Notice): string {
  const { severity, summary, percent, details, drivers } = notice;
  const url = viewLink(notice);
  return framed(severity, [
    titleLine(notice),
    `<div style="font-size:18px;line-height:26px;padding:8px 0">${html(summary, MAX_LINE)}</div>`,
    ...(percent === undefined ? [] : [bar(severity, percent)]),
    table([
      ...details.slice(0, MAX_DETAILS),
      ...drivers.map((value, index) => ({ label: index === 0 ? 'Most of it' : '', value })),
    ]),
    ...(url === undefined ? [] : [link(url)]),
    command(notice.alertId),
  ]);
}

function shortRow(notice: Notice): string {
  return framed(notice.severity, [
    titleLine(notice),
    `<div>${html(notice.summary, MAX_LINE)}</div>`,
    command(notice.alertId),
  ]);
}

function framed(severity: AlertSeverity, parts: readonly string[]): string {
  const style = `${TEXT};border-left:4px solid ${COLOURS[severity]};padding:4px 0 4px 12px`;
  return `<tr><td style="${style}">\n${parts.join('\n')}\n</td></tr>\n<tr><td height="12"></td></tr>`;
}

function titleLine({ severity, title }: Notice): string {
  const word = `<span style="color:${COLOURS[severity]}">${severityWord(severity)}:</span>`;
  return `<div style="font-weight:bold">${word} ${html(title, MAX_LINE)}</div>`;
}

/** The figures stand above it, so that nobody has to read the bar. */
function bar(severity: AlertSeverity, percent: number): string {
  const filled = Math.max(0, Math.min(100, Math.floor(percent)));
  const cell = (width: number, colour: string) =>
    width === 0
      ? ''
      : `<td width="${width}%" height="8" bgcolor="${colour}" style="font-size:0;line-height:8px">&nbsp;</td>`;
  const cells = `${cell(filled, COLOURS[severity])}${cell(100 - filled, GREY)}`;
  return `<table role="presentation" aria-hidden="true" width="320" cellpadding="0" cellspacing="0" border="0"><tr>${cells}</tr></table>`;
}

function table(rows: readonly Readonly<{ label: string; value: string }>[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(({ label, value }) => {
    const head = `<th align="left" valign="top" style="${TEXT};font-weight:normal;color:${GREY};padding-right:16px;white-space:nowrap">${html(label, MAX_LINE)}</th>`;
    return `<tr>${head}<td style="${TEXT};word-break:break-word">${html(value, MAX_LINE)}</td></tr>`;
  });
  return `<table cellpadding="0" cellspacing="0" border="0" style="margin:8px 0">\n${cells.join('\n')}\n</table>`;
}

function link(url: string): string {
  return `<div style="padding:4px 0"><a href="${html(url, Number.POSITIVE_INFINITY)}" style="color:${COLOURS.info}">View costs</a></div>`;
}

function command(alertId: string): string {
  const typed = ackCommand(alertId, COMMAND_COLUMNS).map((line) => html(line, MAX_LINE));
  return `<div style="font-family:monospace;font-size:12px;color:${GREY};word-break:break-all">${typed.join('<br>')}</div>`;
}

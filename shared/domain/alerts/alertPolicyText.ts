import { formatUsd } from '../money.ts';
import { clockText } from '../policy/policyText.ts';
import type { AlertRules, ChannelTarget, Digest, QuietHours, Recipient } from './alertPolicy.ts';

/** Parts of an alert policy in the words of the policy file. */

type Texts = Readonly<Record<string, string>>;

const onOff = (isOn: boolean): string => (isOn ? 'on' : 'off');
const usdOrOff = (picoUsd: bigint | undefined): string =>
  picoUsd === undefined ? 'off' : `${formatUsd(picoUsd)} USD`;

/** Every rule by its key in the file, but for burns, which are a list. */
export function ruleTexts(rules: AlertRules): Texts {
  const { projection, throttledPerHour, silenceMinutes } = rules;
  return {
    projection: projection.isOn ? `from ${projection.fromPercentOfPeriod}%` : 'off',
    resolved: onOff(rules.resolved),
    breaker: onOff(rules.breaker),
    unpricedModel: onOff(rules.unpricedModel),
    drift: onOff(rules.drift),
    highSpend: usdOrOff(rules.highSpendPicoUsd),
    expensiveRequest: usdOrOff(rules.expensiveRequestPicoUsd),
    throttled: throttledPerHour === undefined ? 'off' : String(throttledPerHour),
    silence: silenceMinutes === undefined ? 'off' : `${silenceMinutes}m`,
  };
}

/** `org: 5 USD within 5m`. */
export function burnText({ scope, amountPicoUsd, windowMinutes }: AlertRules['burns'][number]): string {
  return `${scope === 'org' ? 'org' : 'each team'}: ${formatUsd(amountPicoUsd)} USD within ${windowMinutes}m`;
}

export function recipientText(recipient: Recipient): string {
  return recipient.kind === 'audience' ? 'audience' : recipient.address;
}

/** Where a channel leads, by the keys of the file. A secret is here by name, as it is everywhere. */
export function targetTexts(target: ChannelTarget): Texts {
  switch (target.kind) {
    case 'slackWebhook':
      return { slackWebhook: target.secret };
    case 'slackBot':
      return { slackBot: target.secret, conversation: target.conversation };
    case 'webhook':
      return { webhook: target.url, secret: target.secret };
    case 'email':
      return { email: target.to.map(recipientText).join(', '), from: target.from };
    case 'amazonQ':
      return { amazonQ: target.topicArn };
    default:
      return target satisfies never;
  }
}

/** Both are times of one zone; days are given apart, because each place names them its own way. */
export function quietHoursTexts({ startMinute, endMinute, timeZone, exceptFrom }: QuietHours) {
  return { from: clockText(startMinute), to: clockText(endMinute), timeZone, except: exceptFrom };
}

const HOURS_PER_DAY = 24;

/** `{ every: '1h' }`, or `{ daily: '09:00' }` where it is once a day. */
export function digestTexts({ upTo, everyHours, atMinute, timeZone }: Digest): Texts {
  const when = everyHours === HOURS_PER_DAY ? { daily: clockText(atMinute) } : { every: `${everyHours}h` };
  return { upTo, ...when, timeZone };
}

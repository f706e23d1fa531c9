import { z } from 'zod';
import { looksLikeSecret, secretNameProblem } from '../../domain/alerts/secretName.ts';
import { isEmailAddress } from '../../domain/emailAddress.ts';
import { viewUrlProblem, webhookUrlProblem } from './urlProblems.ts';
import { money, parseSeconds, word } from './words.ts';

/** The words of `alerts` and `contacts`. What may be a secret is never repeated in a message. */

export function quoted(text: string): string {
  return looksLikeSecret(text) ? 'this' : JSON.stringify(text);
}

const ON: readonly string[] = ['on', 'true', 'yes'];
const OFF: readonly string[] = ['off', 'false', 'no'];

export const onOff = word((text) => {
  if (ON.includes(text)) return { value: true };
  return OFF.includes(text) ? { value: false } : { problem: `${quoted(text)} is neither on nor off` };
});

/** A word that stands for itself, or what `read` makes of a text. */
function orWord<T, const W extends string>(name: W, spellings: readonly string[], read: z.ZodType<T>) {
  return word<T | W>((text) => {
    if (spellings.includes(text)) return { value: name };
    const parsed = read.safeParse(text);
    if (parsed.success) return { value: parsed.data };
    return { problem: `${parsed.error.issues[0]?.message ?? 'is wrong'}; or write ${name}` };
  });
}

/** One text or a list of them; each counts once. */
export function oneOrMore<T>(item: z.ZodType<T, string>) {
  const list = z.array(item).min(1, 'name at least one');
  return z.union([list, item.transform((one) => [one])]).transform((items) => [...new Set(items)]);
}

/** Whole minutes within bounds, such as `5m` or `1h`. */
export function minutes(min: number, max: number) {
  return word((text) => {
    const value = (parseSeconds(text) ?? Number.NaN) / 60;
    return Number.isInteger(value) && value >= min && value <= max
      ? { value }
      : { problem: `${quoted(text)} is no whole number of minutes from ${min}m to ${max}m` };
  });
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  return word((text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max
      ? { value }
      : { problem: `${quoted(text)} is no whole number from ${min} to ${max}` };
  });
}

export const moneyOrOff = orWord('off', OFF, money);
export const numberOrOff = (min: number, max: number) => orWord('off', OFF, wholeNumber(min, max));
export const minutesOrOff = (min: number, max: number) => orWord('off', OFF, minutes(min, max));

const DIGEST_HOURS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 24];

/** Hours that divide a day, so that a digest comes at the same times every day. */
export const digestHours = word((text) => {
  const value = (parseSeconds(text) ?? Number.NaN) / 3_600;
  return DIGEST_HOURS.includes(value)
    ? { value }
    : { problem: `${quoted(text)} is none of ${DIGEST_HOURS.map((hours) => `${hours}h`).join(', ')}` };
});

export const secretName = word((text) => {
  const problem = secretNameProblem(text);
  return problem === undefined ? { value: text } : { problem };
});

export const webhookUrl = word((text) => {
  const problem = webhookUrlProblem(text);
  return problem === undefined ? { value: text } : { problem };
});

export const viewUrl = word((text) => {
  const problem = viewUrlProblem(text);
  return problem === undefined ? { value: text } : { problem };
});

export const emailAddress = word((text) =>
  isEmailAddress(text)
    ? { value: text }
    : { problem: `${quoted(text)} is no e-mail address such as dana@example.com` },
);

/** Whoever is to be told of an alert, or one address. */
export const recipient = orWord('audience', ['audience'], emailAddress);

/** Slack's id of a channel or group. Its name is no id: it can change, and another channel can take it over. */
export const slackChannel = word((text) =>
  /^[CGD][A-Z0-9]{2,20}$/.test(text)
    ? { value: text }
    : {
        problem: `${quoted(text)} is no id of a Slack channel such as C0123456789 (below "About" of the channel)`,
      },
);

/** A direct message to whoever is to be told of an alert, or one channel. */
export const conversation = orWord('audience', ['audience'], slackChannel);

export const slackMember = word((text) =>
  /^[UW][A-Z0-9]{2,20}$/.test(text)
    ? { value: text }
    : {
        problem: `${quoted(text)} is no member id of Slack such as U012AB3CD ("Copy member ID" in a profile)`,
      },
);

const TOPIC_ARN = /^arn:aws(?:-cn|-us-gov)?:sns:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}$/;

export const topicArn = word((text) => {
  if (TOPIC_ARN.test(text)) return { value: text };
  const problem = text.endsWith('.fifo')
    ? 'is a FIFO topic, which Amazon Q Developer cannot read'
    : 'is no ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:tollbook-chat';
  return { problem: `${quoted(text)} ${problem}` };
});

/** A name in keys of deliveries, where `|` and `#` stand between the parts. */
export function channelNameProblem(name: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)
    ? undefined
    : 'is no name of a channel: a letter, then letters, digits and - _ . only, 64 at most';
}

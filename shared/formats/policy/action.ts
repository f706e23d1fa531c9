import { z } from 'zod';
import { DEFAULT_GRACE_HOURS, DEFAULT_THROTTLE_MS } from '../../domain/policy/ladderPresets.ts';
import type { RungAction } from '../../domain/policy/policy.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import { parseSeconds, word } from './words.ts';

const SECONDS_PER_HOUR = 3_600;
/** Most gateways give up on a request after a minute. */
export const MAX_DELAY_MS = 60_000;
export const MAX_GRACE_HOURS = 720;

type Outcome = Readonly<{ value: RungAction }> | Readonly<{ problem: string }>;

const READERS = new Map<string, (rest: string) => RungAction | undefined>([
  ['notify', (rest) => (rest === '' ? { kind: 'notify' } : undefined)],
  ['warn', (rest) => (rest === '' ? { kind: 'warn' } : undefined)],
  ['throttle', readThrottle],
  ['reject', readReject],
  ['restrict', readRestrict],
]);

const EXAMPLES = 'notify, warn, throttle 2s, reject 429, reject 403 or restrict after 24h';

/** What a rung does: `warn`, `throttle 2s`, `throttle 500ms`, `reject 429`, `restrict after 24h` … */
export const action = word(readAction);

/** What a burst rule does; it ends by itself within seconds, so there is nothing to tell or to approve. */
export const burstAction = action.transform((value, context) => {
  if (value.kind !== 'notify' && value.kind !== 'restrict') return value;
  context.addIssue({
    code: 'custom',
    message: `a burst can warn, throttle 2s or reject 429, not ${value.kind}`,
  });
  return z.NEVER;
});

function readAction(text: string): Outcome {
  const [kind = '', ...rest] = text.split(' ');
  const reader = READERS.get(kind);
  if (reader === undefined) {
    const hint = didYouMean(kind, READERS.keys()) || `; there are ${EXAMPLES}`;
    return { problem: `unknown action ${kind}${hint}` };
  }
  const value = reader(rest.join(' '));
  return value === undefined
    ? { problem: `${JSON.stringify(text)} is no action such as ${EXAMPLES}` }
    : { value };
}

function readThrottle(rest: string): RungAction | undefined {
  if (rest === '') return { kind: 'throttle', delayMs: DEFAULT_THROTTLE_MS };
  const milliseconds = /^(\d{1,6})ms$/.exec(rest)?.[1];
  const delayMs = milliseconds === undefined ? (parseSeconds(rest) ?? 0) * 1_000 : Number(milliseconds);
  return delayMs > 0 && delayMs <= MAX_DELAY_MS ? { kind: 'throttle', delayMs } : undefined;
}

function readReject(rest: string): RungAction | undefined {
  if (rest === '' || rest === '429') return { kind: 'reject', status: 429 };
  return rest === '403' ? { kind: 'reject', status: 403 } : undefined;
}

function readRestrict(rest: string): RungAction | undefined {
  if (rest === '') return { kind: 'restrict', graceHours: DEFAULT_GRACE_HOURS };
  const graceHours = rest.startsWith('after ')
    ? (parseSeconds(rest.slice('after '.length)) ?? Number.NaN) / SECONDS_PER_HOUR
    : Number.NaN;
  return Number.isInteger(graceHours) && graceHours <= MAX_GRACE_HOURS
    ? { kind: 'restrict', graceHours }
    : undefined;
}

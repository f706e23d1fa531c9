import type { BudgetPeriod, Limit, Rung, Target } from './policy.ts';

/**
 * `soft-team` warns and slows, and never refuses; `graduated` ends in a refusal; `restrict` refuses after a
 * day of grace until somebody approves; `block` refuses at the limit without a word before.
 */
export const LADDER_PRESETS = ['soft-team', 'graduated', 'restrict', 'block'] as const;
export type LadderPreset = (typeof LADDER_PRESETS)[number];

export const DEFAULT_THROTTLE_MS = 2_000;
export const DEFAULT_GRACE_HOURS = 24;

/** A rung that nobody hears of and that says what its action says by default. */
export const PLAIN_RUNG = { notify: [], raisesMonitoring: false } as const;

type Limited = Readonly<{ period: BudgetPeriod; limit: Limit }>;

/** The rungs of a preset; what they say depends on what they are the ladder of. */
export function presetLadder(preset: LadderPreset, limited: Limited): readonly Rung[] {
  switch (preset) {
    case 'soft-team':
      return [
        { ...PLAIN_RUNG, percent: 80, action: { kind: 'warn' }, notify: ['lead'] },
        { ...PLAIN_RUNG, percent: 100, action: { kind: 'throttle', delayMs: DEFAULT_THROTTLE_MS } },
      ];
    case 'graduated':
      return graduatedLadder(limited);
    case 'restrict':
      return [
        { percent: 80, action: { kind: 'warn' }, notify: ['managers'], raisesMonitoring: true },
        {
          ...PLAIN_RUNG,
          percent: 95,
          action: { kind: 'restrict', graceHours: DEFAULT_GRACE_HOURS },
          notify: ['approvers'],
        },
      ];
    case 'block':
      return [{ ...PLAIN_RUNG, percent: 100, action: { kind: 'reject', status: 429 } }];
    default:
      return preset satisfies never;
  }
}

/**
 * People lose no work in the middle of a task: they see a header, then answers slow down, then a refusal
 * says when it ends. The texts speak of a day's tokens in UTC, so every other budget has the default ones.
 */
function graduatedLadder({ period, limit }: Limited): readonly Rung[] {
  const isDayOfTokens = period.unit === 'day' && period.timeZone === 'UTC' && limit.measure === 'tokens';
  const say = (message: string) => (isDayOfTokens ? { message } : {});
  return [
    {
      ...PLAIN_RUNG,
      percent: 80,
      action: { kind: 'warn' },
      ...say("You've used 80% of your daily token budget."),
      header: { name: 'X-Budget-Warning', value: '80-percent' },
    },
    {
      ...PLAIN_RUNG,
      percent: 90,
      action: { kind: 'throttle', delayMs: DEFAULT_THROTTLE_MS },
      ...say('Approaching daily limit. Responses may be slower.'),
      header: { name: 'X-Budget-Warning', value: 'throttled' },
    },
    {
      ...PLAIN_RUNG,
      percent: 100,
      action: { kind: 'reject', status: 429 },
      ...say('Daily token budget exceeded. Resets at midnight UTC.'),
    },
  ];
}

/** Soft for groups, so that one person's day stops nobody else; firm for people. */
export function defaultPreset(target: Target): LadderPreset {
  const isOfPeople =
    target.kind === 'tier' ||
    target.kind === 'role' ||
    ((target.kind === 'one' || target.kind === 'each') && target.scope === 'user');
  return isOfPeople ? 'graduated' : 'soft-team';
}

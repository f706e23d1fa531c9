import type { DecisionAction, Reason } from './decision.ts';
import type { RungAction } from './policy.ts';

/** What a rule makes of a request, with what the gateway has to know to do it. */
export type Verdict =
  | Readonly<{ action: 'allow' | 'warn' }>
  | Readonly<{ action: 'throttle'; delayMs: number }>
  | Readonly<{ action: 'reject'; status: 403 | 429 }>;

export type Header = Readonly<{ name: string; value: string }>;

/** One rule's answer before all answers are put together. */
export type Finding = Readonly<{
  verdict: Verdict;
  reason: Reason;
  /** When this rule would no longer say so. */
  endsAtMs?: number;
  header?: Header;
  /** It rests on what was used so far, and so is worth no more than the figures are fresh. */
  isByFigures: boolean;
}>;

const LEVELS = { allow: 0, warn: 1, throttle: 2, reject: 3 } as const satisfies Record<
  DecisionAction,
  number
>;

/** What an action of a ladder or a burst rule does to a request; a restriction is worked out elsewhere. */
export function verdictOf(action: Exclude<RungAction, { kind: 'restrict' }>): Verdict {
  switch (action.kind) {
    case 'notify':
      return { action: 'allow' };
    case 'warn':
      return { action: 'warn' };
    case 'throttle':
      return { action: 'throttle', delayMs: delayOf(action.delayMs) };
    case 'reject':
      return { action: 'reject', status: action.status };
    default:
      return action satisfies never;
  }
}

/** A delay that is no number of milliseconds is none. */
function delayOf(delayMs: number): number {
  return delayMs > 0 && Number.isFinite(delayMs) ? Math.ceil(delayMs) : 0;
}

/**
 * Negative when `a` is milder than `b`. Of refusals 403 is the stricter: it does not end by waiting, so
 * a caller told 429 would try again in vain. Of delays the longer is.
 */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  if (a.action === 'throttle' && b.action === 'throttle') return a.delayMs - b.delayMs;
  if (a.action === 'reject' && b.action === 'reject') return b.status - a.status;
  return LEVELS[a.action] - LEVELS[b.action];
}

/** Strictest first; of equals the one that lasts longest, because until then the answer stays the same. */
export function strictestFirst(a: Finding, b: Finding): number {
  return compareVerdicts(b.verdict, a.verdict) || (b.endsAtMs ?? 0) - (a.endsAtMs ?? 0);
}

import { formatUsd } from '../money.ts';
import type { Limit, Rung, RungAction } from './policy.ts';
import type { RoutingCondition } from './routing.ts';

/** Parts of a policy in the words of the policy file, which its reader takes back. */

/** `500 USD`, `1000000 tokens`, `50 requests`. */
export function limitText({ measure, amount }: Pick<Limit, 'measure' | 'amount'>): string {
  return measure === 'usd' ? `${formatUsd(amount)} USD` : `${amount} ${measure}`;
}

/** `warn`, `throttle 2s`, `reject 429`, `restrict after 24h`. */
export function actionText(action: RungAction): string {
  switch (action.kind) {
    case 'notify':
    case 'warn':
      return action.kind;
    case 'throttle':
      return throttleText(action.delayMs);
    case 'reject':
      return `reject ${action.status}`;
    case 'restrict':
      return `restrict after ${action.graceHours}h`;
    default:
      return action satisfies never;
  }
}

/** `throttle 2s`, or `throttle 500ms` where it is no whole number of seconds. */
export function throttleText(delayMs: number): string {
  return delayMs % 1_000 === 0 ? `throttle ${delayMs / 1_000}s` : `throttle ${delayMs}ms`;
}

/** A whole rung: `80% warn, tell lead`. */
export function rungText({ percent, action, message, header, notify, raisesMonitoring }: Rung): string {
  const parts = [
    `${percent}% ${actionText(action)}`,
    message && `say ${JSON.stringify(message)}`,
    header && `header ${header.name}: ${header.value}`,
    notify.length > 0 && `tell ${notify.join(' and ')}`,
    raisesMonitoring && 'raise monitoring',
  ];
  return parts.filter(Boolean).join(', ');
}

/** What a routing rule asks of a request: `operation review, pattern "fix.*bug"`. */
export function conditionText(rule: RoutingCondition): string {
  const { pattern, operation, entrypoint, complexity, maxPromptTokens } = rule;
  const parts = [
    operation && `operation ${operation}`,
    entrypoint && `entrypoint ${entrypoint}`,
    complexity && `complexity ${complexity}`,
    maxPromptTokens !== undefined && `prompts of ${maxPromptTokens} tokens at most`,
    pattern && `pattern ${JSON.stringify(pattern)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Minutes since midnight as `HH:MM`, up to `24:00`. */
export function clockText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

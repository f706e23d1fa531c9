import { changeText, type PolicyChange } from '../../shared/domain/policy/comparePolicies.ts';
import type { Decision } from '../../shared/domain/policy/decision.ts';
import type { IdleRule } from '../../shared/domain/policy/findIdleRules.ts';
import { throttleText } from '../../shared/domain/policy/policyText.ts';
import { didYouMean } from '../../shared/pricing/nearestName.ts';
import type { AffectedUser } from '../../shared/store/findAffected.ts';
import { amountJson, amountText } from './amount.ts';
import { formatCount, formatTable, printable } from './table.ts';

/** What a policy file would change in rules, and for whom. */
export type Plan = Readonly<{
  file: string;
  /** Number of the version in force; 0 before the first. */
  replaces: number;
  changes: readonly PolicyChange[];
  /** The strictest answers first. */
  affected: readonly AffectedUser[];
  /** Rules that would hold for nobody. */
  idle: readonly IdleRule[];
}>;

const MAX_SHOWN = 50;

export function formatPlan({ file, replaces, changes, affected, idle }: Plan): string {
  const version = replaces === 0 ? 'no policy yet' : `version ${replaces}`;
  if (changes.length === 0) return `${file} says what ${version} says: nothing would change.`;
  const counted = changes.length === 1 ? '1 change' : `${formatCount(changes.length)} changes`;
  const rules = changes.map((change) => changeText(change).split('\n').map(printable).join('\n')).join('\n');
  return `From ${version} to ${file}: ${counted}\n\n${rules}\n\n${idleText(idle)}${affectedText(affected)}`;
}

/** Most likely a name is misspelt; whoever knows better can leave it so. */
function idleText(idle: readonly IdleRule[]): string {
  if (idle.length === 0) return '';
  const rows = idle.slice(0, MAX_SHOWN).map(({ rule, target, known }) => {
    const meant = 'id' in target ? didYouMean(target.id, known) : '';
    return `  ${printable(`${rule}${meant}`)}\n`;
  });
  const hidden = idle.length - rows.length;
  const more = hidden > 0 ? `  (${formatCount(hidden)} more; --json lists all)\n` : '';
  return `For nobody whom the ledger knows\n${rows.join('')}${more}\n`;
}

function affectedText(affected: readonly AffectedUser[]): string {
  if (affected.length === 0) return 'Nobody who asked in the last 7 days would be answered otherwise now.';
  const rows = affected
    .slice(0, MAX_SHOWN)
    .map(({ user, before, after }) => [
      user,
      answerText(before),
      answerText(after),
      becauseText(before, after),
    ]);
  const heads = [{ head: 'USER' }, { head: 'NOW' }, { head: 'THEN' }, { head: 'BECAUSE OF' }];
  const people = affected.length === 1 ? '1 person' : `${formatCount(affected.length)} people`;
  const hidden = affected.length - rows.length;
  const more = hidden > 0 ? `\n  (${formatCount(hidden)} more; --json lists all)` : '';
  return `${people} would be answered otherwise now: ${countsText(affected)}\n${formatTable(heads, rows)}${more}`;
}

const OUTCOMES = { allow: 'let go', warn: 'warned', throttle: 'slowed', reject: 'refused' } as const;

/** `3 refused, 67 slowed`: of many people not all rows are shown. */
function countsText(affected: readonly AffectedUser[]): string {
  const counts = new Map<Decision['action'], number>();
  for (const { after } of affected) counts.set(after.action, (counts.get(after.action) ?? 0) + 1);
  return [...counts].map(([action, count]) => `${formatCount(count)} ${OUTCOMES[action]}`).join(', ');
}

/** `allow`, `warn`, `throttle 2s`, `reject 429`. */
export function answerText({ action, delayMs, status }: Decision): string {
  if (action === 'throttle') return throttleText(delayMs);
  return action === 'reject' ? `reject ${status}` : action;
}

/** The rule of the new answer; of the old one where nothing speaks any more. */
function becauseText(before: Decision, after: Decision): string {
  const reason = after.reasons[0] ?? before.reasons[0];
  if (reason === undefined) return '';
  const { measure, used, limit, percent } = reason;
  if (measure === undefined || used === undefined || limit === undefined) return reason.rule;
  const share = percent === undefined ? '' : `${percent}%, `;
  return `${reason.rule} (${share}${amountText(measure, used)} of ${amountText(measure, limit)})`;
}

export function formatApplied(number: number, isNew: boolean): string {
  return isNew
    ? `Version ${number} is in force.`
    : `Version ${number} says the same and is in force already: nothing was changed.`;
}

export function planJson({ replaces, changes, affected, idle }: Plan) {
  return {
    replaces,
    changes,
    affected: affected.map(({ user, before, after }) => ({
      user,
      before: answerJson(before),
      after: answerJson(after),
    })),
    forNobody: idle.map(({ rule }) => rule),
  };
}

function answerJson({ action, delayMs, status, reasons }: Decision) {
  return {
    action,
    delayMs,
    status,
    reasons: reasons.map(({ measure, used, limit, ...reason }) => ({
      ...reason,
      ...(measure === undefined ? {} : { measure }),
      ...(measure === undefined || used === undefined ? {} : { used: amountJson(measure, used) }),
      ...(measure === undefined || limit === undefined ? {} : { limit: amountJson(measure, limit) }),
    })),
  };
}

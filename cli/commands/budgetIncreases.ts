import { LocalError } from '../../infra/local/localError.ts';
import { replaceEmails } from '../../shared/domain/emailAddress.ts';
import {
  type IncreaseState,
  type KeptIncrease,
  stateOfIncrease,
} from '../../shared/domain/policy/increase.ts';
import { listIncreases } from '../../shared/domain/policy/listIncreases.ts';
import type { BudgetRule } from '../../shared/domain/policy/policy.ts';
import { parseUntil } from '../../shared/domain/until.ts';
import { listedIncreaseJson } from '../../shared/formats/increaseBody.ts';
import { parseAmount } from '../../shared/formats/policy/amount.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import {
  type IncreaseDependencies,
  type IncreaseOutcome,
  requestIncrease,
  voteOnIncrease,
} from '../../shared/store/decideIncreases.ts';
import type { Ledger, LedgerOptions } from '../openLedger.ts';
import { formatIncreases, formatOutcome, formatSteps } from '../output/budgetIncreases.ts';
import { printFromLedger } from './withLedger.ts';

type VoteOptions = LedgerOptions & Readonly<{ as: string; json?: boolean }>;
type RequestOptions = VoteOptions &
  Readonly<{ scope: string; amount: string; until: string; reason: string }>;
type ListOptions = LedgerOptions & Readonly<{ state?: IncreaseState; json?: boolean }>;

/** `tollbook budgets request`: asks for more. */
export async function requestCommand(budgetId: string, options: RequestOptions): Promise<void> {
  const untilMs = readUntil(options.until);
  await printFromLedger(options, async (ledger) => {
    const rule = await findRule(budgetId, ledger);
    const scopeId = await scopeOf(rule, options.scope, ledger);
    const outcome = await requestIncrease(
      {
        ...{ budgetId, scopeId, untilMs },
        amount: readAmount(options.amount, rule),
        reason: await withoutNames(options.reason, ledger),
        by: await keptName(options.as, ledger),
      },
      dependenciesOf(ledger),
    );
    return tellOutcome(outcome, ledger, options);
  });
}

export async function approveCommand(id: string, options: VoteOptions): Promise<void> {
  await voteCommand({ id, vote: 'approve' }, options);
}

export async function denyCommand(id: string, options: VoteOptions): Promise<void> {
  await voteCommand({ id, vote: 'deny' }, options);
}

async function voteCommand(
  vote: Readonly<{ id: string; vote: 'approve' | 'deny' }>,
  options: VoteOptions,
): Promise<void> {
  await printFromLedger(options, async (ledger) => {
    const outcome = await voteOnIncrease(
      { ...vote, by: await keptName(options.as, ledger) },
      dependenciesOf(ledger),
    );
    return tellOutcome(outcome, ledger, options);
  });
}

/** `tollbook budgets increases`: all of them, or the audit of one. */
export async function increasesCommand(id: string | undefined, options: ListOptions): Promise<void> {
  await printFromLedger(options, async ({ stores }) => {
    const nowMs = Date.now();
    const policy = (await stores.policies.current())?.policy;
    const all = (await stores.increases.all()).flatMap(({ increases }) => increases);
    if (id === undefined) {
      const list = listIncreases(all, { state: options.state, nowMs });
      if (options.json !== true) return formatIncreases(list, { policy, nowMs });
      return JSON.stringify({ increases: list.map((each) => listedIncreaseJson(each, { policy, nowMs })) });
    }
    const steps = await stores.increases.steps(id);
    if (steps.length === 0) throw new LocalError('usage', `there is no increase ${id}`);
    const increase = all.find((each) => each.id === id);
    const expired = increase !== undefined && stateOfIncrease(increase, nowMs) === 'expired';
    const ended = expired ? [{ kind: 'expired' as const, by: 'time', atMs: increase.untilMs }] : [];
    const audit = [...steps, ...ended];
    if (options.json === true) {
      const kept = increase && listedIncreaseJson(increase, { policy, nowMs });
      return JSON.stringify({
        ...kept,
        steps: audit.map(({ atMs, ...step }) => ({ ...step, at: new Date(atMs).toISOString() })),
      });
    }
    const head = increase === undefined ? '' : `${formatIncreases([increase], { policy, nowMs })}\n\n`;
    return `${head}${formatSteps(audit)}`;
  });
}

async function tellOutcome(
  outcome: IncreaseOutcome,
  { stores }: Ledger,
  { json }: Readonly<{ json?: boolean }>,
): Promise<string> {
  if (outcome.kind !== 'done') throw new LocalError('usage', outcome.why);
  const policy = (await stores.policies.current())?.policy;
  const context = { policy, nowMs: Date.now() };
  const { increase, isNew }: Readonly<{ increase: KeptIncrease; isNew: boolean }> = outcome;
  return json === true
    ? JSON.stringify({ ...listedIncreaseJson(increase, context), changed: isNew })
    : formatOutcome(increase, context);
}

async function findRule(budgetId: string, { stores }: Ledger): Promise<BudgetRule | undefined> {
  const policy = (await stores.policies.current())?.policy;
  return policy?.budgets.find(({ id }) => id === budgetId);
}

function dependenciesOf({ stores }: Ledger): IncreaseDependencies {
  return { ...stores, now: new Date(), pause: pauseAfterContention };
}

async function withoutNames(text: string, ledger: Ledger): Promise<string> {
  const pseudonymOf = await ledger.pseudonyms();
  return pseudonymOf === undefined ? text : replaceEmails(text, pseudonymOf);
}

/** People are kept under other names in a ledger of pseudonyms. */
async function keptName(name: string, ledger: Ledger): Promise<string> {
  const pseudonymOf = await ledger.pseudonyms();
  return pseudonymOf === undefined ? name : pseudonymOf(name);
}

async function scopeOf(rule: BudgetRule | undefined, scope: string, ledger: Ledger): Promise<string> {
  const target = rule?.target;
  const isOfUser =
    target !== undefined &&
    (target.kind === 'tier' ||
      target.kind === 'role' ||
      ((target.kind === 'each' || target.kind === 'one') && target.scope === 'user'));
  return isOfUser ? keptName(scope, ledger) : scope;
}

function readAmount(text: string, rule: BudgetRule | undefined): bigint {
  const amount = parseAmount(text);
  if (amount.kind === 'problem') throw new LocalError('usage', `--amount ${amount.why}`);
  const measure = rule?.limit.measure ?? amount.measure;
  if (amount.measure === measure) return amount.amount;
  throw new LocalError('usage', `--amount ${text}: the budget is in ${measure}, not in ${amount.measure}`);
}

function readUntil(text: string): number {
  const untilMs = parseUntil(text);
  if (untilMs !== undefined) return untilMs;
  throw new LocalError('usage', `--until ${text}: give a day as 2026-11-30 or a time as 2026-11-30T18:00Z`);
}

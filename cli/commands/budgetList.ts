import { LocalError } from '../../infra/local/localError.ts';
import { didYouMean } from '../../shared/pricing/nearestName.ts';
import { findBudgetStates } from '../../shared/store/findBudgetStates.ts';
import type { LedgerOptions } from '../openLedger.ts';
import { budgetsJson, formatBudgets } from '../output/budgetList.ts';
import { printFromLedger } from './withLedger.ts';

type ListOptions = LedgerOptions & Readonly<{ budget?: string; top: number; json?: boolean }>;

/** `tollbook budgets list`: where the budgets stand. */
export async function listCommand({ budget, top, json, ...options }: ListOptions): Promise<void> {
  await printFromLedger(options, async ({ stores }) => {
    const now = new Date();
    const version = await stores.policies.current();
    if (version === undefined)
      return json === true
        ? JSON.stringify({ version: 0, budgets: [] })
        : 'No policy is in force yet: bring one into force with `tollbook budgets apply FILE`.';
    const { policy, number } = version;
    const rules = policy.budgets.filter(({ id }) => budget === undefined || id === budget);
    if (budget !== undefined && rules.length === 0) {
      const meant = didYouMean(
        budget,
        policy.budgets.map(({ id }) => id),
      );
      throw new LocalError('usage', `version ${number} of the policy has no budget ${budget}${meant}`);
    }
    const found = await findBudgetStates(rules, { ...stores, now, top });
    const waiting = (await stores.increases.all()).flatMap(({ increases }) => increases);
    const list = { number, ...found, increases: waiting, policy, nowMs: now.getTime() };
    return json === true ? JSON.stringify(budgetsJson(list)) : formatBudgets(list);
  });
}

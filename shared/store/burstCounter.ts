import { BurstWindow, burstShape } from '../domain/policy/burst.ts';
import type { RecentRequests } from '../domain/policy/decision.ts';
import type { BurstRule } from '../domain/policy/policy.ts';
import type { Aimed } from '../domain/policy/rulesOfAsker.ts';
import type { BurstStore } from './burstStore.ts';
import { countBurst } from './countBurst.ts';

export type BurstCounterDependencies = Readonly<{
  bursts: BurstStore;
  pause: (attempt: number) => Promise<void>;
}>;

export type BurstCounter = Readonly<{
  count(burst: Aimed<BurstRule>, requestId: string, now: () => Date): Promise<RecentRequests>;
}>;

const MAX_WINDOWS = 50_000;

/** Counts shared rules in the store, and local ones in this process for itself. */
export function openBurstCounter({ bursts, pause }: BurstCounterDependencies): BurstCounter {
  const windows = new Map<string, BurstWindow>();
  const countHere = ({ rule, aim }: Aimed<BurstRule>, nowMs: number): RecentRequests => {
    const name = `${rule.id}#${rule.limit}#${rule.windowSeconds}#${aim.id}`;
    if (windows.size >= MAX_WINDOWS) windows.clear();
    const window = windows.get(name) ?? new BurstWindow(burstShape(rule));
    windows.set(name, window);
    const before = window.recent(nowMs);
    if (!refuses(rule) || before.count < rule.limit) window.add(nowMs);
    return before;
  };
  return {
    async count(burst, requestId, now) {
      const { rule, aim } = burst;
      if (rule.counting === 'local') return countHere(burst, now().getTime());
      const use = { bursts, shape: burstShape(rule), refuses: refuses(rule), now, pause };
      return countBurst({ burstId: rule.id, scopeId: aim.id }, requestId, use);
    },
  };
}

function refuses({ action }: BurstRule): boolean {
  return action.kind === 'reject';
}

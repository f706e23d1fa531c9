import { BurstWindow, burstShape } from '../shared/domain/policy/burst.ts';
import type { RecentRequests } from '../shared/domain/policy/decision.ts';
import type { BurstRule, Policy } from '../shared/domain/policy/policy.ts';

/** A request as it was counted, to be taken back if it does not go. */
export type CountedBurst = Readonly<{ window: BurstWindow; timeMs: number }>;

/** So many windows are kept before those in which nothing counts any more are thrown away. */
const MANY_WINDOWS = 10_000;

/** The windows of all burst rules, as far as requests came through this gateway. */
export class BurstBook {
  #rules = new Map<string, BurstRule>();
  readonly #windows = new Map<string, Map<string, BurstWindow>>();
  #count = 0;
  #sweepAt = MANY_WINDOWS;

  /** Windows of rules that changed go on with what they counted. */
  follow(policy: Policy): void {
    this.#rules = new Map(policy.bursts.map((rule) => [rule.id, rule]));
    for (const [id, scopes] of this.#windows) {
      const rule = this.#rules.get(id);
      if (rule === undefined) this.#windows.delete(id);
      else {
        for (const [scopeId, { times }] of scopes) {
          scopes.set(scopeId, new BurstWindow(burstShape(rule), times));
        }
      }
    }
  }

  recent(burstId: string, scopeId: string, nowMs: number): RecentRequests {
    return this.#windows.get(burstId)?.get(scopeId)?.recent(nowMs) ?? { count: 0 };
  }

  count(rule: BurstRule, scopeId: string, nowMs: number): CountedBurst {
    const scopes = this.#windows.get(rule.id) ?? new Map<string, BurstWindow>();
    this.#windows.set(rule.id, scopes);
    let window = scopes.get(scopeId);
    if (window === undefined) {
      if (this.#count >= this.#sweepAt) this.#sweep(nowMs);
      window = new BurstWindow(burstShape(rule));
      scopes.set(scopeId, window);
      this.#count += 1;
    }
    return { window, timeMs: window.add(nowMs) };
  }

  #sweep(nowMs: number): void {
    this.#count = 0;
    for (const scopes of this.#windows.values()) {
      for (const [scopeId, window] of scopes) {
        if (window.recent(nowMs).count === 0) scopes.delete(scopeId);
      }
      this.#count += scopes.size;
    }
    this.#sweepAt = Math.max(MANY_WINDOWS, this.#count * 2);
  }
}

import { seededRandom } from '../../infra/local/sample/random.ts';
import { type Period, periodAt } from '../../shared/domain/policy/budgetPeriod.ts';
import { ledgerLagMs } from '../../shared/domain/policy/lease.ts';
import type { OperationAnswer } from '../../shared/domain/policy/leaseWire.ts';
import type { BudgetRule } from '../../shared/domain/policy/policy.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import { carryOutOperations, type LeaseCall } from '../../shared/store/carryOutOperations.ts';
import { reserveHard } from '../../shared/store/reserveHard.ts';
import { makeBudget, policyOf } from '../support/policies.ts';
import type { Environment } from './environment.ts';
import type { Lambda } from './lambda.ts';
import type { Tally } from './tally.ts';
import type { Violations } from './violation.ts';
import type { VirtualTime } from './virtualTime.ts';

const TEAM = 'team-hard';
const LIMIT = 1_000n;

/** A team's month of which gateways alone spend, and only through slices and reservations. */
export const HARD_BUDGET: BudgetRule = makeBudget({
  id: 'hard',
  target: { kind: 'one', scope: 'team', id: TEAM },
  limit: { measure: 'usd', amount: LIMIT },
  isHard: true,
});

const POLICY = policyOf([HARD_BUDGET]);
const AIM = { kind: 'team', id: TEAM, scope: `team:${TEAM}` } as const;

const GATEWAYS = 3;
const CALLS_OF_GATEWAY = 3;
const DECIDED = 4;
const MAX_START_MS = 20_000;
const MAX_PAUSE_MS = 15_000;
/** None of what was granted is forgotten before: a slice is kept for its life and one lag, and what was spent for a lag. */
const KEPT_MS = ledgerLagMs(HARD_BUDGET);

export type HardBudgetOptions = Readonly<{
  lambda: Lambda;
  time: VirtualTime;
  tally: Tally;
  violations: Violations;
  seed: string;
}>;

/**
 * Gateways that take slices of one hard budget, and others that ask for a decision on each request, all at
 * once and through every fault. Whatever is lost, repeated or late: all that they were told to have, together, is
 * never more than the limit. Nothing of it reaches the ledger here, so all of it must still be counted beside.
 */
export class HardBudget {
  readonly #options: HardBudgetOptions;
  readonly #startMs: number;
  readonly #period: Period;
  /** What was granted to each lease or request, as far as somebody heard of it. */
  readonly #granted = new Map<string, bigint>();

  constructor(options: HardBudgetOptions) {
    this.#options = options;
    this.#startMs = options.time.nowMs;
    this.#period = periodAt(HARD_BUDGET.period, this.#startMs);
  }

  start(): void {
    const { time, seed } = this.#options;
    const random = seededRandom(seed);
    const later = (work: () => Promise<void>) => time.after(random.int(1, MAX_START_MS), () => void work());
    for (let index = 0; index < GATEWAYS; index += 1) {
      later(() => this.#beGateway(`gateway-${index}`, random.int(1, 400)));
    }
    for (let index = 0; index < DECIDED; index += 1) {
      later(() => this.#decide(`request-${index}`, BigInt(random.int(1, 300))));
    }
  }

  /** Asks for more each time, tells of half of what it has, and repeats itself when it heard no answer. */
  async #beGateway(lease: string, wants: number): Promise<void> {
    let [held, isFirst] = [0n, true];
    for (let calls = 0; calls < CALLS_OF_GATEWAY; calls += 1) {
      const needs = BigInt(1 + (wants % 50));
      const call = { spent: held / 2n, held, needs, wants: BigInt(wants) + needs, isFirst, isLast: false };
      const answer = await this.#lease({ ...this.#place(lease), ...call });
      if (answer?.kind === 'held') {
        held = answer.granted;
        isFirst = false;
        this.#note(lease, held);
      }
      await this.#pause(wants);
    }
  }

  /** As `POST /decisions` does it; without an answer the same request is asked about once more. */
  async #decide(id: string, amount: bigint): Promise<void> {
    const near = { rule: HARD_BUDGET, aim: AIM, period: this.#period, used: 0n, cap: LIMIT, amount };
    for (let tries = 0; tries < 2; tries += 1) {
      const ended = await this.#options.lambda.invoke('decisions', (environment) =>
        reserveHard([near], { id, isNamed: true }, this.#dependencies(environment)),
      );
      if (ended.kind !== 'done') {
        await this.#pause(Number(amount));
        continue;
      }
      if (ended.result === undefined) this.#note(id, amount);
      return;
    }
  }

  async #lease(call: LeaseCall): Promise<OperationAnswer | undefined> {
    const ended = await this.#options.lambda.invoke('leases', (environment) =>
      carryOutOperations([call], this.#dependencies(environment)),
    );
    return ended.kind === 'done' ? ended.result[0] : undefined;
  }

  #dependencies({ stores }: Environment) {
    const now = () => this.#options.time.now;
    return { stores, policy: POLICY, now, pause: pauseAfterContention };
  }

  #place(lease: string) {
    const { startMs: periodStartMs } = this.#period;
    return { kind: 'lease', budget: HARD_BUDGET.id, scope: TEAM, periodStartMs, lease } as const;
  }

  #pause(salt: number): Promise<void> {
    return new Promise((resolve) => this.#options.time.after(1 + ((salt * 7_919) % MAX_PAUSE_MS), resolve));
  }

  #note(id: string, granted: bigint): void {
    const { time, tally, violations } = this.#options;
    if (time.nowMs - this.#startMs > KEPT_MS) return;
    tally.add('granted of a hard budget');
    this.#granted.set(id, granted);
    const sum = [...this.#granted.values()].reduce((total, amount) => total + amount, 0n);
    if (sum > LIMIT) violations.add('9 hard budget', `${sum} of ${LIMIT} were granted`);
  }
}

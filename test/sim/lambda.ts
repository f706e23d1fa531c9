import type { Random } from '../../infra/local/sample/random.ts';
import { type Death, Environment, type Wires } from './environment.ts';
import type { Tally } from './tally.ts';
import type { VirtualTime } from './virtualTime.ts';

/** How an invocation ended, as whoever invoked it learns it. */
export type Ended<Result> =
  | Readonly<{ kind: 'done'; result: Result }>
  | Readonly<{ kind: 'failed'; error: unknown }>
  | Readonly<{ kind: 'died' }>;

export type LambdaOptions = Readonly<{
  time: VirtualTime;
  random: Random;
  tally: Tally;
  wires: Wires;
  /** Share of invocations that die at one of their calls. */
  deathRate: number;
}>;

/** As serverless.yml sets them; what is no function, as pricing again from the command line, has all the time it needs. */
const TIMEOUT_MS: Readonly<Record<string, number>> = {
  closePeriods: 300_000,
  reconcile: 900_000,
  reprice: Number.POSITIVE_INFINITY,
};
const USUAL_TIMEOUT_MS = 60_000;
const COLD_START_RATE = 0.05;
/** Most invocations make few calls; some deaths are to come late in a long one. */
const MAX_CALLS_BEFORE_DEATH = [3, 10, 40] as const;

/** Runs functions: several at once, each in an environment of its own, which is used again if it lives. */
export class Lambda {
  readonly #options: LambdaOptions;
  readonly #idle = new Map<string, Environment[]>();
  #running = 0;

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  async invoke<Result>(
    name: string,
    work: (environment: Environment, now: Date) => Promise<Result>,
  ): Promise<Ended<Result>> {
    const { time, tally } = this.#options;
    const environment = this.#takeEnvironment(name);
    tally.add(`invocations: ${name}`);
    this.#running += 1;
    let isOver = false;
    const ended = await new Promise<Ended<Result>>((resolve) => {
      environment.begin(this.#chooseDeath(), () => resolve({ kind: 'died' }));
      const timeoutMs = TIMEOUT_MS[name] ?? USUAL_TIMEOUT_MS;
      if (Number.isFinite(timeoutMs)) time.after(timeoutMs, () => isOver || environment.kill());
      work(environment, time.now).then(
        (result) => resolve({ kind: 'done', result }),
        (error: unknown) => resolve({ kind: 'failed', error }),
      );
    });
    isOver = true;
    this.#running -= 1;
    environment.end();
    if (ended.kind === 'died') tally.add(`deaths: ${name}`);
    else this.#idle.get(name)?.push(environment);
    if (ended.kind === 'failed') tally.add(`failures: ${name}`);
    return ended;
  }

  #chooseDeath(): Death | undefined {
    const { random, deathRate } = this.#options;
    if (!random.chance(deathRate)) return undefined;
    return {
      atCall: random.int(1, random.pick(MAX_CALLS_BEFORE_DEATH)),
      moment: random.pick(['before', 'after']),
    };
  }

  #takeEnvironment(name: string): Environment {
    const { random, wires } = this.#options;
    const idle = this.#idle.get(name) ?? [];
    this.#idle.set(name, idle);
    if (random.chance(COLD_START_RATE)) idle.pop();
    return idle.pop() ?? new Environment(wires);
  }
}

import type { Random } from '../../infra/local/sample/random.ts';
import type { Tally } from './tally.ts';
import { cancelledTransaction, TwinFailure } from './twin/failures.ts';
import { asWireRequest, operationOf, wireFailure } from './twin/requestHandler.ts';
import { topicFailure } from './twin/topic.ts';
import type { VirtualTime } from './virtualTime.ts';

/** What can happen to one try of one call on its way to the store and back. */
const FAULTS = [
  ['not sent', 2],
  ['answer lost', 4],
  ['landed late', 2],
  ['throttled', 2],
  ['conflict', 3],
  ['server error', 1],
  ['applied, then server error', 1],
  ['slow', 2],
] as const;
export type Fault = (typeof FAULTS)[number][0];

const LATENCY_MS = [1, 30] as const;
const SLOW_MS = [1_000, 20_000] as const;
const TIMEOUT_MS = [500, 3_000] as const;
/** A write that nobody waits for any more may arrive while it is being tried again, or long after its token died. */
const LATE_MS = [20, 900_000] as const;

/** The SDK's own name for this takes it as a failure of the network that may be tried again. */
class LostAnswer extends Error {
  constructor(what: string) {
    super(`simulated: ${what}`);
    this.name = 'TimeoutError';
  }
}

/** What a network needs to know of whoever calls through it. */
export type Caller = Readonly<{
  /** Called before and after each try; once dead, it never returns. */
  passBefore(): Promise<void>;
  passAfter(): Promise<void>;
  isDead(): boolean;
}>;

export type NetworkOptions = Readonly<{
  time: VirtualTime;
  random: Random;
  tally: Tally;
  /** Share of tries that meet a fault. */
  faultRate: number;
}>;

type Send<Output> = () => Promise<Output>;

const never = new Promise<never>(() => {});

/** Carries one try: waits its time, lets a fault happen to it, and tells the caller what the network would. */
export class Network {
  readonly #options: NetworkOptions;
  #late = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Writes that nobody waits for and that are still to land. */
  get late(): number {
    return this.#late;
  }

  async carry<Output extends { response: unknown }>(
    request: unknown,
    caller: Caller,
    send: Send<Output>,
  ): Promise<Output | { response: unknown }> {
    const { time, random } = this.#options;
    await caller.passBefore();
    await time.sleep(random.int(...LATENCY_MS));
    if (caller.isDead()) return this.#afterDeath(send);
    const answer = await this.#meetFault(request, caller, send);
    await caller.passAfter();
    return answer;
  }

  /** What a dead process had already sent may arrive all the same. */
  async #afterDeath<Output>(send: Send<Output>): Promise<never> {
    if (this.#options.random.chance(0.5)) await send();
    return never;
  }

  async #meetFault<Output extends { response: unknown }>(
    request: unknown,
    caller: Caller,
    send: Send<Output>,
  ): Promise<Output | { response: unknown }> {
    const { time, random, tally, faultRate } = this.#options;
    if (!random.chance(faultRate)) return send();
    const fault = random.weighted<Fault>(FAULTS);
    tally.add(`fault: ${fault}`);
    switch (fault) {
      case 'not sent':
        await time.sleep(random.int(...TIMEOUT_MS));
        throw new LostAnswer('the request was not sent');
      case 'answer lost':
        await send();
        await time.sleep(random.int(...TIMEOUT_MS));
        throw new LostAnswer('the answer was lost');
      case 'landed late':
        this.#late += 1;
        time.after(random.int(...LATE_MS), () => {
          this.#late -= 1;
          void send();
        });
        throw new LostAnswer('the request is under way');
      case 'throttled':
        return failureOf(request, throttled());
      case 'conflict':
        return this.#conflict(request) ?? send();
      case 'server error':
        return failureOf(request, serverError());
      case 'applied, then server error':
        await send();
        return failureOf(request, serverError());
      case 'slow':
        await time.sleep(random.int(...SLOW_MS));
        return caller.isDead() ? this.#afterDeath(send) : send();
      default:
        return fault satisfies never;
    }
  }

  /** Another transaction holds one of the items. Only what transactions touch can meet this. */
  #conflict(request: unknown) {
    const operation = operationOf(request);
    const message = 'Transaction is ongoing for the item';
    if (operation === 'UpdateItem')
      return wireFailure(new TwinFailure('TransactionConflictException', message));
    if (operation !== 'TransactWriteItems') return undefined;
    const { TransactItems }: { TransactItems: unknown[] } = JSON.parse(asWireRequest(request).body);
    const at = this.#options.random.int(0, TransactItems.length - 1);
    return wireFailure(
      cancelledTransaction(
        TransactItems.map((_action, index) =>
          index === at ? { Code: 'TransactionConflict', Message: message } : { Code: 'None' },
        ),
      ),
    );
  }
}

function failureOf(request: unknown, failure: TwinFailure) {
  return operationOf(request) === 'Publish' ? topicFailure(failure) : wireFailure(failure);
}

function throttled(): TwinFailure {
  return new TwinFailure('ThrottlingException', 'Rate exceeded');
}

function serverError(): TwinFailure {
  return new TwinFailure('InternalServerError', 'Internal server error', { status: 500 });
}

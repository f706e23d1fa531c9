import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AlertPublisher } from '../../shared/notify/alertPublisher.ts';
import { snsAlertPublisher } from '../../shared/notify/alertPublisher.ts';
import { dynamoStores, type Stores } from '../../shared/store/stores.ts';
import type { Mutation } from './mutation.ts';
import type { Caller, Network } from './network.ts';
import { documentClientOver, snsClientOver } from './twin/clients.ts';
import type { WireHandler } from './twin/requestHandler.ts';

export const TABLES = { recordsTable: 'UsageRecords', totalsTable: 'UsageTotals' } as const;
export const TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:alerts';

/** Where a process's calls go. */
export type Wires = Readonly<{
  network: Network;
  store: WireHandler;
  topic: WireHandler;
  /** Spoils the store's calls on purpose, to see whether the simulation notices. */
  mutation?: Mutation | undefined;
}>;

/** At which of its calls an invocation dies, and whether the call is still made. */
export type Death = Readonly<{ atCall: number; moment: 'before' | 'after' }>;

const never = new Promise<never>(() => {});

/**
 * One execution environment of Lambda: SDK clients and stores that live from its first invocation to its
 * death and remember what they know of the ledger. It runs one invocation at a time. Between two calls an
 * invocation does nothing that anybody could see, so dying before or after each call is dying at every await.
 */
export class Environment implements Caller {
  readonly stores: Stores;
  readonly publisher: AlertPublisher;
  #isDead = false;
  #calls = 0;
  #death: Death | undefined;
  #onDeath: () => void = () => {};

  constructor({ network, store, topic, mutation }: Wires) {
    const client = documentClientOver(store);
    const sns = snsClientOver(topic);
    addWires(client.middlewareStack, network, this);
    addWires(sns.middlewareStack, network, this);
    if (mutation !== undefined) addMutation(client, mutation);
    this.stores = dynamoStores({ client, ...TABLES });
    this.publisher = snsAlertPublisher(sns, TOPIC_ARN);
  }

  isDead(): boolean {
    return this.#isDead;
  }

  /** Begins an invocation; `onDeath` is called if it does not live to its end. */
  begin(death: Death | undefined, onDeath: () => void): void {
    this.#calls = 0;
    this.#death = death;
    this.#onDeath = onDeath;
  }

  end(): void {
    this.begin(undefined, () => {});
  }

  /** How many calls the invocation has made so far. */
  get calls(): number {
    return this.#calls;
  }

  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#onDeath();
  }

  async passBefore(): Promise<void> {
    this.#calls += 1;
    await this.#dieIf('before');
  }

  passAfter(): Promise<void> {
    return this.#dieIf('after');
  }

  async #dieIf(moment: Death['moment']): Promise<void> {
    if (this.#death !== undefined && this.#death.moment === moment && this.#calls >= this.#death.atCall)
      this.kill();
    if (this.#isDead) await never;
  }
}

type Stack = Pick<DynamoDBDocumentClient['middlewareStack'], 'add'>;

/** Last of all middleware, so that each try of the SDK is a call of its own and errors are read as real ones. */
function addWires(stack: { add: Stack['add'] }, network: Network, caller: Caller): void {
  stack.add((next) => (args) => network.carry(args.request, caller, () => next(args)), {
    step: 'deserialize',
    priority: 'low',
    name: 'simulatedNetwork',
  });
}

/** Within the SDK's retries and above the network: a spoilt call meets faults as a sound one does. */
function addMutation(client: DynamoDBDocumentClient, mutation: Mutation): void {
  client.middlewareStack.add(
    (next) => (args) => mutation(args.request, (request) => next({ ...args, request })),
    { step: 'finalizeRequest', priority: 'low', name: 'mutation' },
  );
}

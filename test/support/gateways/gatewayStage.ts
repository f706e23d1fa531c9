import { afterEach, beforeEach, vi } from 'vitest';
import { createGateway } from '../../../gateway/createGateway.ts';
import type { Gateway, GatewayOptions, GatewayRequest } from '../../../gateway/options.ts';
import type { Decision } from '../../../shared/domain/policy/decision.ts';
import { NOW_MS } from '../../fixtures/deciding.ts';
import { FakeLedger } from './fakeLedger.ts';

/** A ledger and gateways on virtual time. */
export type GatewayStage = {
  ledger: FakeLedger;
  /** A gateway that has its first snapshot, where the ledger gives one. */
  open(options?: Partial<GatewayOptions>): Promise<Gateway>;
  pass(ms: number): Promise<void>;
  /** Waits for a gateway that waits for the ledger, letting a few milliseconds pass. */
  hard(gateway: Gateway | undefined, request: GatewayRequest): Promise<Decision>;
};

const MAX_WAIT_MS = 5_000;

export function onGatewayStage(): GatewayStage {
  const stage: GatewayStage = {
    ledger: new FakeLedger(),
    async open(options = {}) {
      const { fetch } = stage.ledger;
      const gateway = createGateway({ ledgerUrl: 'http://ledger', token: 't', fetch, ...options });
      gateways.push(gateway);
      await stage.pass(1);
      return gateway;
    },
    async pass(ms) {
      await vi.advanceTimersByTimeAsync(ms);
    },
    async hard(gateway, request) {
      if (gateway === undefined) throw new Error('there is no such gateway');
      let decision: Decision | undefined;
      const asked = gateway.decideHard(request).then((decided) => {
        decision = decided;
      });
      for (let ms = 0; decision === undefined && ms < MAX_WAIT_MS; ms += 1) await stage.pass(1);
      if (decision === undefined) throw new Error('the gateway does not answer');
      await asked;
      return decision;
    },
  };
  let gateways: Gateway[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW_MS });
    stage.ledger = new FakeLedger();
  });
  afterEach(async () => {
    for (const gateway of gateways) await gateway.close();
    gateways = [];
    vi.useRealTimers();
  });
  return stage;
}

let last = 0;

export function ask(rest: Partial<GatewayRequest> = {}): GatewayRequest {
  last += 1;
  return { requestId: `r${last}`, user: 'ann', model: 'claude-opus-4-5', priority: 'normal', ...rest };
}

/** An estimate, or what was used, of so many micro-USD and input tokens. */
export function amount(microUsd: number, input = 0) {
  return { picoUsd: BigInt(microUsd) * 1_000_000n, tokens: { input } };
}

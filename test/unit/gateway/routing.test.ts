import { describe, expect, it, vi } from 'vitest';
import type { GatewayRequest } from '../../../gateway/options.ts';
import { CAPABILITIES } from '../../../shared/domain/policy/capabilities.ts';
import { makeSuggest } from '../../../shared/domain/policy/makeSuggest.ts';
import type { BurstRule } from '../../../shared/domain/policy/policy.ts';
import { makePromptSearch } from '../../../shared/domain/policy/router.ts';
import type { RoutingRules } from '../../../shared/domain/policy/routing.ts';
import { makePriceOf } from '../../../shared/pricing/makePriceOf.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { budget, rung } from '../../fixtures/deciding.ts';
import { amount, ask, onGatewayStage } from '../../support/gateways/gatewayStage.ts';

const stage = onGatewayStage();

const ROUTING: RoutingRules = {
  rules: [
    { pattern: 'fix.*bugs?', model: 'claude-sonnet-5-5', maxTokens: 2_000 },
    { operation: 'review', model: 'claude-haiku-5-5', maxTokens: 1_000 },
  ],
};

describe('a gateway whose policy has routing rules', () => {
  const suggest = makeSuggest({
    priceOf: makePriceOf(bundledPriceBook(), { startedAt: '2026-11-24T12:00:00.000Z' }),
    capabilities: CAPABILITIES,
  });
  const asked = (rest: Partial<GatewayRequest>) => ask({ model: 'claude-opus-5-5', ...rest });

  it.each<[string, Partial<GatewayRequest>, string | undefined]>([
    ['a pattern that the prompt has', { prompt: 'please fix these bugs' }, 'claude-sonnet-5-5'],
    [
      'what else is stated where the prompt has no pattern',
      { prompt: 'x', operation: 'review' },
      'claude-haiku-5-5',
    ],
    ['what else is stated without a prompt', { operation: 'review' }, 'claude-haiku-5-5'],
    ['nothing where no rule holds', { prompt: 'x' }, undefined],
  ])('follows %s', async (_name, rest, model) => {
    await stage.ledger.apply({ routing: ROUTING });
    for (const options of [{ suggest }, {}]) {
      const gateway = await stage.open({ promptSearch: makePromptSearch, ...options });
      expect(gateway.decide(asked(rest)).suggestedModel).toBe(model);
      expect((await stage.hard(gateway, asked(rest))).suggestedModel).toBe(model);
    }
  });

  it('passes over rules with patterns when nothing searches prompts', async () => {
    await stage.ledger.apply({ routing: ROUTING });
    const gateway = await stage.open({ suggest });
    const request = asked({ prompt: 'fix bugs', operation: 'review' });
    expect(gateway.decide(request).suggestedModel).toBe('claude-haiku-5-5');
  });

  it('compiles the patterns once for each policy', async () => {
    await stage.ledger.apply({ routing: ROUTING });
    const promptSearch = vi.fn(makePromptSearch);
    const gateway = await stage.open({ promptSearch });
    for (let index = 0; index < 5; index += 1) {
      gateway.decide(asked({ prompt: 'fix bugs' }));
      await stage.pass(3_000);
    }
    expect(promptSearch).toHaveBeenCalledTimes(1);
    await stage.ledger.apply({
      routing: { rules: [{ pattern: 'fix', model: 'claude-haiku-5-5', maxTokens: 1 }] },
    });
    await stage.pass(10_000);
    expect(gateway.decide(asked({ prompt: 'fix bugs' })).suggestedModel).toBe('claude-haiku-5-5');
    expect(promptSearch).toHaveBeenCalledTimes(2);
  });

  it('decides without patterns that its matcher does not know', async () => {
    const rules = [{ pattern: 'a(?=b)', model: 'claude-haiku-5-5', maxTokens: 1 }];
    await stage.ledger.apply({ routing: { rules } });
    const gateway = await stage.open({ promptSearch: makePromptSearch });
    expect(gateway.decide(asked({ prompt: 'ab' }))).toMatchObject({ action: 'allow', isDegraded: false });
  });
});

describe('needsLedger', () => {
  const rule = (counting: 'shared' | 'local', user = 'ann'): BurstRule => ({
    ...{ id: counting, limit: 2, windowSeconds: 60, counting },
    target: { kind: 'one', scope: 'user', id: user },
    action: { kind: 'reject', status: 429 },
  });

  it.each([
    ['a shared burst rule for who asks', [rule('shared')], true],
    ['a shared burst rule for somebody else', [rule('shared', 'bob')], false],
    ['a local burst rule', [rule('local')], false],
    ['no rule', [], false],
  ])('of %s', async (_name, bursts, needs) => {
    await stage.ledger.apply({ bursts });
    const gateway = await stage.open();
    expect(gateway.needsLedger(ask())).toBe(needs);
  });

  it('finds the ones that decide would let through beyond a shared limit', async () => {
    await stage.ledger.apply({ bursts: [rule('shared')] });
    const gateways = [await stage.open(), await stage.open()];
    const decideExactly = async (index: number) => {
      const [gateway, request] = [gateways[index % 2], ask()];
      return gateway?.needsLedger(request) === true ? stage.hard(gateway, request) : gateway?.decide(request);
    };
    const actions: (string | undefined)[] = [];
    for (let index = 0; index < 4; index += 1) actions.push((await decideExactly(index))?.action);
    expect(actions).toEqual(['allow', 'allow', 'reject', 'reject']);
  });

  it('says so of a hard budget without a slice, not of one with a slice, and reserves nothing', async () => {
    const hard = budget({
      id: 'hard',
      target: { kind: 'one', scope: 'team', id: 'payments' },
      limit: { measure: 'tokens', amount: 100_000n, counted: ['input'] },
      ladder: [rung(100, { kind: 'reject', status: 429 })],
      isHard: true,
    });
    await stage.ledger.apply({ budgets: [hard] });
    const gateway = await stage.open({ leaseFromPercent: 0 });
    const request = () => ask({ team: 'payments', estimate: amount(0, 1_000) });
    expect([gateway.needsLedger(request()), gateway.needsLedger(request())]).toEqual([true, true]);
    expect([gateway.state.inFlight, stage.ledger.count('/leases')]).toEqual([0, 0]);
    await stage.hard(gateway, request());
    expect(gateway.needsLedger(request())).toBe(false);
    expect(gateway.state.inFlight).toBe(1);
  });

  it('is false before the first snapshot, when nobody can say', async () => {
    stage.ledger.fault = 'down';
    const gateway = await stage.open();
    expect(gateway.needsLedger(ask())).toBe(false);
  });
});

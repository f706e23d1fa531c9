import { expect, it } from 'vitest';
import { decisions } from '../../functions/decisions.ts';
import type { BurstRule, Rung } from '../../shared/domain/policy/policy.ts';
import { bundledPriceBook, type PriceBook } from '../../shared/pricing/priceBook.ts';
import { applyOverlay } from '../../shared/pricing/priceOverlay.ts';
import { readPriceOverlay } from '../../shared/pricing/readPriceOverlay.ts';
import { openBurstCounter } from '../../shared/store/burstCounter.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { openPolicyCache } from '../../shared/store/policyCache.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { placed } from '../support/directory.ts';
import { httpEvent } from '../support/gatewayEvents.ts';
import { applyBudgets, makeBudget, teamMonth, warnAt } from '../support/policies.ts';
import { costOf, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const JULY_MS = Date.parse('2026-07-01T00:00:00Z');
const TODAY_MS = Date.parse('2026-07-14T00:00:00Z');
/** A day on which there are models of more than one price. */
const NOVEMBER = new Date('2026-11-24T12:00:00.000Z');
const MODEL = 'claude-sonnet-5-5';

const DEAR_PRICE = '{ input: "90", cacheRead: "9", cacheWrite5m: "112", cacheWrite1h: "180", output: "450" }';
const DEAR_SONNETS = `currency: USD
sources:
  contract: { title: "Private offer", checked: 2026-07-01 }
prices:
${['claude-sonnet-5-5', 'claude-sonnet-5', 'claude-sonnet-4-6']
  .map(
    (model) =>
      `  - { model: ${model}, scope: global, from: 2026-01-01, to: 2027-01-01, usdPerMillion: ${DEAR_PRICE}, source: contract }`,
  )
  .join('\n')}
`;

function burst(parts: Partial<BurstRule> = {}): BurstRule {
  return {
    id: 'user:*:burst:60s',
    target: { kind: 'each', scope: 'user' },
    limit: 2,
    windowSeconds: 60,
    action: { kind: 'reject', status: 429 },
    counting: 'shared',
    ...parts,
  };
}

/** Own prices under which every Sonnet costs more than Opus. */
function priceBookOfDearSonnets(): PriceBook {
  return applyOverlay(bundledPriceBook(), readPriceOverlay(DEAR_SONNETS, 'own.yaml'));
}

/** One process that answers decisions, with what it remembers from one to the next. */
function openProcess(stores: Stores, parts: Readonly<{ openPriceBook?: () => PriceBook }> = {}) {
  const kept = {
    ...stores,
    policies: openPolicyCache(stores.policies),
    bursts: openBurstCounter({ bursts: stores.bursts, pause: async () => {} }),
    reservations: { stores, pause: async () => {} },
    openPriceBook: bundledPriceBook,
    ...parts,
  };
  return async (body: unknown, { now = NOW, role }: { now?: Date; role?: string } = {}) => {
    const event = httpEvent({ body, role });
    const answer = await decisions(event, { ...kept, roleClaim: 'role', now });
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') };
  };
}

onBothStores(({ openLedger }) => {
  const standingOf = (budgetId: string, scopeId: string, used: bigint, periodStartMs = JULY_MS) => ({
    ...{ budgetId, scopeId, used, periodStartMs, policyNumber: 1, n: 1, asOfMs: 0, alerted: [] },
  });

  it('tells every budget that has something to say, the tightest rest, and the strictest answer', async () => {
    const { stores } = await openLedger();
    const requests = makeBudget({
      id: 'user:*:day:requests',
      target: { kind: 'each', scope: 'user' },
      period: { unit: 'day', timeZone: 'UTC' },
      limit: { measure: 'requests', amount: 50n },
    });
    await applyBudgets(stores.policies, [teamMonth('blue', 10n ** 12n), requests]);
    await stores.directory.putUser(placed('ann', { team: 'blue' }));
    await stores.standings.put(standingOf('team:blue:month:usd', 'blue', 9n * 10n ** 11n), NOW);
    await stores.standings.put(standingOf(requests.id, 'ann', 45n, TODAY_MS), NOW);
    const ask = openProcess(stores);
    const { status, body } = await ask({ user: 'ann', model: MODEL, estimate: { usd: '0.05' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      action: 'warn',
      status: 200,
      remaining: { usd: '0.1', requests: '5' },
      isDegraded: false,
      snapshotAgeMs: 0,
    });
    const told = body.reasons.map((reason: Record<string, unknown>) => [
      reason.rule,
      reason.scope,
      reason.used,
      reason.limit,
      reason.percent,
      reason.resetAt,
    ]);
    expect(told).toEqual([
      ['team:blue:month:usd', 'team:blue', '0.95', '1', 95, '2026-08-01T00:00:00.000Z'],
      ['user:*:day:requests', 'user:ann', '46', '50', 92, '2026-07-15T00:00:00.000Z'],
    ]);
  });

  it('counts nothing of a standing of another period', async () => {
    const { stores } = await openLedger();
    await applyBudgets(stores.policies, [teamMonth('blue', 100n)]);
    await stores.standings.put(standingOf('team:blue:month:usd', 'blue', 100n, JULY_MS - 1), NOW);
    const { body } = await openProcess(stores)({ user: 'ann', team: 'blue', model: MODEL });
    expect(body).toMatchObject({ action: 'allow', reasons: [] });
  });

  it('opens the breaker by what the organisation spent today', async () => {
    const { stores } = await openLedger();
    const breaker = { emergencyPicoUsd: 100n, openPicoUsd: 150n, timeZone: 'UTC' };
    await applyBudgets(stores.policies, [], { breaker });
    await stores.standings.put(standingOf('breaker:emergency', '*', 100n, TODAY_MS), NOW);
    const ask = openProcess(stores);
    const normal = await ask({ user: 'ann', model: MODEL });
    expect(normal.body).toMatchObject({
      action: 'reject',
      status: 429,
      message: 'Daily limit reached - only critical requests allowed',
    });
    const critical = await ask({ user: 'ann', model: MODEL, priority: 'critical' });
    expect(critical.body.action).toBe('warn');
  });

  it.each([
    ['none comes near the limit', 700n, 40n, 5, 5],
    ['three of ten fit', 850n, 40n, 10, 3],
    ['one fits exactly', 960n, 40n, 2, 1],
    ['one is too large by the least amount', 961n, 40n, 1, 0],
    ['something is left for requests of unknown size', 998n, undefined, 3, 2],
  ])(
    'lets through no more than a hard budget holds, whoever asks: %s',
    async (_name, used, amount, asked, going) => {
      const { stores, joinLedger } = await openLedger();
      const block: Rung = { ...warnAt(100), action: { kind: 'reject', status: 429 } };
      const hard = { ...teamMonth('blue', 1_000n), ladder: [block], isHard: true };
      await applyBudgets(stores.policies, [hard]);
      const record = makeRecord({ costPicoUsd: costOf({ input: used }) });
      await postUsage([record], POSTING, { ...stores, pause: async () => {} });
      await closePeriods(closingOf(stores, NOW));
      await stores.standings.put(standingOf('team:blue:month:usd', 'blue', used), NOW);
      const processes = [openProcess(stores), openProcess(joinLedger())];
      const estimate =
        amount === undefined ? {} : { estimate: { usd: `0.${String(amount).padStart(12, '0')}` } };
      const answers = await Promise.all(
        Array.from({ length: asked }, (_, index) =>
          processes[index % 2]?.({ user: 'ann', team: 'blue', model: MODEL, ...estimate }),
        ),
      );
      const refused = answers.filter((answer) => answer?.body.action === 'reject');
      expect(asked - refused.length).toBe(going);
      for (const answer of refused) {
        expect(answer?.body).toMatchObject({
          status: 429,
          reasons: [{ rule: 'team:blue:month:usd', limit: '0.000000001' }],
        });
        expect(answer?.body.headers['Retry-After']).toMatch(/^(?:1|5|60)$|^\d{6,7}$/);
      }
    },
  );

  it.each([
    ['under its id', 'a1', ['allow', 'allow', 'allow', 'reject']],
    ['without an id, as another request', undefined, ['allow', 'allow', 'reject', 'reject']],
  ])('reserves of a hard budget for a repeated question %s', async (_name, requestId, actions) => {
    const { stores, joinLedger } = await openLedger();
    const block: Rung = { ...warnAt(100), action: { kind: 'reject', status: 429 } };
    await applyBudgets(stores.policies, [{ ...teamMonth('blue', 1_000n), ladder: [block], isHard: true }]);
    const record = makeRecord({ costPicoUsd: costOf({ input: 900n }) });
    await postUsage([record], POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores, NOW));
    await stores.standings.put(standingOf('team:blue:month:usd', 'blue', 900n), NOW);
    const [one, other] = [openProcess(stores), openProcess(joinLedger())];
    const question = { user: 'ann', team: 'blue', model: MODEL, estimate: { usd: '0.00000000004' } };
    const repeated = requestId === undefined ? question : { ...question, requestId };
    const answers = [
      await one(repeated),
      await other(repeated),
      // Of the hundred that are left, forty are reserved for each request.
      await one({ ...question, requestId: 'b1' }),
      await other({ ...question, requestId: 'b2' }),
    ];
    expect(answers.map(({ body }) => body.action)).toEqual(actions);
  });

  it.each([
    ['list prices', bundledPriceBook, 'global.anthropic.claude-sonnet-5-5'],
    ['what the company pays', priceBookOfDearSonnets, 'global.anthropic.claude-haiku-5-5'],
  ])('suggests by %s, and follows a routing rule before that', async (_name, openPriceBook, model) => {
    const { stores } = await openLedger();
    const access = [{ target: { kind: 'org' }, entries: [{ models: ['sonnet', 'haiku'] }] }] as const;
    const rules = [{ operation: 'review', model: 'claude-haiku-5-5', maxTokens: 2_000 }];
    await applyBudgets(stores.policies, [], { access, routing: { rules } });
    const ask = openProcess(stores, { openPriceBook });
    const suggestedFor = async (parts: object) => {
      const question = { user: 'ann', model: 'global.anthropic.claude-opus-5-5', ...parts };
      return (await ask(question, { now: NOVEMBER })).body.suggestedModel;
    };
    expect(await suggestedFor({})).toBe(model);
    expect(await suggestedFor({ operation: 'chat' })).toBe(model);
    expect(await suggestedFor({ operation: 'review' })).toBe('global.anthropic.claude-haiku-5-5');
    expect(await suggestedFor({ operation: 'review', model: MODEL })).toBe('claude-haiku-5-5');
    expect(await suggestedFor({ model: MODEL })).toBeUndefined();
    expect(await suggestedFor({ complexity: 'low' })).toBe('global.anthropic.claude-haiku-5-5');
  });

  it('counts a shared burst across processes, and a repeated question once', async () => {
    const { stores, joinLedger } = await openLedger();
    await applyBudgets(stores.policies, [], { bursts: [burst()] });
    const [one, other] = [openProcess(stores), openProcess(joinLedger())];
    const question = { user: 'ann', model: MODEL };
    const actions = [
      await one({ ...question, requestId: 'a1' }),
      await one({ ...question, requestId: 'a1' }),
      await other({ ...question, requestId: 'a2' }),
      await one({ ...question, requestId: 'a3' }),
      await other({ ...question, requestId: 'a4' }),
      await other({ user: 'bob', model: MODEL }),
    ].map(({ body }) => body.action);
    expect(actions).toEqual(['allow', 'allow', 'allow', 'reject', 'reject', 'allow']);
    const later = await one(question, { now: new Date(NOW.getTime() + 60_000) });
    expect(later.body.action).toBe('allow');
  });

  it('counts a local burst in each process for itself', async () => {
    const { stores, joinLedger } = await openLedger();
    await applyBudgets(stores.policies, [], { bursts: [burst({ counting: 'local' })] });
    const [one, other] = [openProcess(stores), openProcess(joinLedger())];
    const question = { user: 'ann', model: MODEL };
    const actions: string[] = [];
    for (const ask of [one, one, one, other]) actions.push((await ask(question)).body.action);
    expect(actions).toEqual(['allow', 'allow', 'reject', 'allow']);
  });

  it('goes by another policy after five seconds', async () => {
    const { stores } = await openLedger();
    const ask = openProcess(stores);
    const at = (ms: number) => ({ now: new Date(NOW.getTime() + ms) });
    const question = { user: 'ann', model: MODEL };
    expect((await ask(question)).body.message).toBe('Request approved');
    await applyBudgets(stores.policies, [], { withoutBudget: 'deny' });
    expect((await ask(question, at(4_999))).body.action).toBe('allow');
    expect((await ask(question, at(5_000))).body).toMatchObject({ action: 'reject', status: 403 });
  });

  it.each([
    ['no body', undefined, 'The request has no body: send a JSON object.'],
    ['half a body', '{"user":', 'The body is no JSON.'],
    ['a long body', JSON.stringify({ user: 'x'.repeat(16_384) }), 'The body is longer than 16384 bytes.'],
    ['a body without a model', { user: 'ann' }, 'The body has 1 mistake; see errors.'],
  ])('says what is wrong with %s', async (_name, body, detail) => {
    const { stores } = await openLedger();
    const answer = await openProcess(stores)(body);
    expect([answer.status, answer.body.detail]).toEqual([400, detail]);
  });

  it.each([
    ['a negative estimate', { estimate: { usd: '-0.01' } }, '#/estimate/usd'],
    ['an estimate that is a float', { estimate: { usd: 0.01 } }, '#/estimate/usd'],
    ['negative tokens', { estimate: { tokens: { input: -1 } } }, '#/estimate/tokens/input'],
    ['half a token', { estimate: { tokens: { input: 0.5 } } }, '#/estimate/tokens/input'],
    ['an unknown class of tokens', { estimate: { tokens: { thoughts: 1 } } }, '#/estimate/tokens/thoughts'],
    ['an id with a separator', { team: 'a#b' }, '#/team'],
    ['an unknown priority', { priority: 'urgent' }, '#/priority'],
    ['a key that nobody knows', { modell: 'x' }, '#/modell'],
  ])('refuses %s', async (_name, parts, pointer) => {
    const { stores } = await openLedger();
    const { status, body } = await openProcess(stores)({ user: 'ann', model: MODEL, ...parts });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('answers no one but gateways', async () => {
    const { stores } = await openLedger();
    const { status } = await openProcess(stores)({ user: 'ann', model: MODEL }, { role: 'user' });
    expect(status).toBe(403);
    const listed = await openProcess(stores)({ user: 'ann', model: MODEL }, { role: '[user gateway]' });
    expect(listed.status).toBe(200);
  });
});

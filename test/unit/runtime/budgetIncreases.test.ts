import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { budgetIncreases } from '../../../functions/budgetIncreases.ts';
import { EMPTY_POLICY, type Policy } from '../../../shared/domain/policy/policy.ts';
import type { PseudonymOf } from '../../../shared/domain/pseudonym.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';
import { budget, USD } from '../../fixtures/deciding.ts';
import { placed } from '../../support/directory.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const BUDGET = 'team:chess:month:usd';
const MONTH = { unit: 'month', timeZone: 'UTC' } as const;
const usd = (amount: bigint) => ({ measure: 'usd', amount: amount * USD }) as const;
const POLICY: Policy = {
  ...EMPTY_POLICY,
  budgets: [
    budget({
      id: BUDGET,
      target: { kind: 'one', scope: 'team', id: 'chess' },
      period: MONTH,
      limit: usd(500n),
    }),
    budget({ id: 'own' }),
    budget({ id: 'all', target: { kind: 'org' }, period: MONTH, limit: usd(1_000n) }),
    budget({ id: 'free', target: { kind: 'tier', id: 'free' }, period: MONTH, limit: usd(5n) }),
  ],
  overflow: { autoPercent: 10, approvers: ['fay', 'eve'], maxDays: 14 },
};
const BODY = {
  budget: BUDGET,
  scope: 'chess',
  amount: '50 USD',
  until: '2026-11-30',
  reason: 'Release week',
};

const problem = z.looseObject({ detail: z.string().optional(), id: z.string().optional() });

async function openApi(pseudonymOf?: PseudonymOf) {
  const stores = memoryStores();
  await stores.policies.apply({ policy: POLICY, text: '', by: 'ops', at: NOW, replaces: 0 });
  await stores.directory.putUser(placed('ada', { team: 'chess' }));
  const call = async (routeKey: string, user: string | undefined, rest: object) => {
    const jwt = { claims: user === undefined ? {} : { email: user }, scopes: null };
    const event = {
      ...recordedEvent('budgetIncreases'),
      ...rest,
      routeKey,
      requestContext: { authorizer: { jwt } },
    };
    const answer = await budgetIncreases(event, { ...stores, userClaim: 'email', pseudonymOf, now: NOW });
    return { status: answer.statusCode, body: problem.parse(JSON.parse(answer.body ?? '')) };
  };
  return {
    ...stores,
    ask: (user: string | undefined, body: object = BODY) =>
      call('POST /budgets/increases', user, { body: JSON.stringify(body) }),
    list: (user: string | undefined, state?: string) =>
      call('GET /budgets/increases', user, {
        body: undefined,
        ...(state === undefined ? {} : { queryStringParameters: { state } }),
      }),
    vote: (vote: 'approve' | 'deny', user: string, id: string) =>
      call(`POST /budgets/increases/{id}/${vote}`, user, { pathParameters: { id }, body: undefined }),
  };
}

describe('POST /budgets/increases', () => {
  it('grants what needs nobody, once, as the recorded event asks', async () => {
    const { ask } = await openApi();
    const granted = {
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      budget: BUDGET,
      scope: 'chess',
      state: 'granted',
      automatic: true,
      measure: 'usd',
      amount: '50',
      until: '2026-12-01T00:00:00.000Z',
      reason: 'Release week',
      askedBy: 'ada',
      askedAt: '2026-11-24T09:00:00.000Z',
      approvedBy: [],
      grantedAt: '2026-11-24T09:00:00.000Z',
    };
    expect(await ask('ada')).toEqual({ status: 201, body: granted });
    expect(await ask('ada')).toEqual({ status: 200, body: granted });
  });

  it.each<[string, object, number]>([
    // Whom it concerns: the team's people, everybody for the organisation, each user for himself, approvers.
    ['ada', {}, 201],
    ['bob', {}, 403],
    ['fay', {}, 201],
    ['bob', { budget: 'all', scope: '*' }, 201],
    ['bob', { budget: 'own', scope: 'bob', amount: '100,000 tokens' }, 201],
    ['bob', { budget: 'own', scope: 'ada', amount: '100,000 tokens' }, 403],
    ['bob', { budget: 'free', scope: 'bob', amount: '0.50 USD' }, 201],
    ['bob', { budget: 'free', scope: 'ada', amount: '0.50 USD' }, 403],
  ])('lets %s ask with %j: %i', async (user, rest, status) => {
    const { ask } = await openApi();
    expect((await ask(user, { ...BODY, ...rest })).status).toBe(status);
  });

  it.each<[string, object, number, string]>([
    [
      'no such budget',
      { budget: 'team:ches:month:usd' },
      404,
      'The policy in force has no budget team:ches:month:usd; did you mean team:chess:month:usd?',
    ],
    ['another measure', { amount: '50 tokens' }, 400, 'The budget is in usd, not in tokens.'],
    ['too long', { until: '2026-12-31' }, 409, 'The policy lets an increase last 14 days at most.'],
    ['the past', { until: '2026-11-24T09:00:00Z' }, 409, 'The end lies in the past.'],
    ['no reason', { reason: '' }, 409, 'Say why: approvers and auditors will want to know.'],
    ['no day', { until: '2026-11-31' }, 400, 'The body has 1 mistake; see errors.'],
    ['a negative amount', { amount: '-1 USD' }, 400, 'The body has 1 mistake; see errors.'],
    ['a float', { amount: 50 }, 400, 'The body has 1 mistake; see errors.'],
    ['a wrong id', { scope: 'a#b' }, 400, 'The body has 1 mistake; see errors.'],
    ['an unknown key', { ammount: '1 USD' }, 400, 'The body has 1 mistake; see errors.'],
  ])('refuses %s', async (_name, rest, status, detail) => {
    const { ask, increases } = await openApi();
    expect(await ask('ada', { ...BODY, ...rest })).toMatchObject({ status, body: { detail } });
    expect(await increases.all()).toEqual([]);
  });

  it('refuses a token that names nobody', async () => {
    const { ask } = await openApi();
    expect(await ask(undefined)).toMatchObject({ status: 403 });
    expect(await ask('')).toMatchObject({ status: 403 });
  });
});

describe('POST /budgets/increases/{id}/approve and deny', () => {
  const open = async (asker = 'ada') => {
    const api = await openApi();
    const { body } = await api.ask(asker, { ...BODY, amount: '50.01 USD' });
    return { ...api, id: body.id ?? expect.fail('must have an id') };
  };

  it('grant with the last approver, each vote once', async () => {
    const { vote, id } = await open();
    expect(await vote('approve', 'fay', id)).toMatchObject({
      status: 200,
      body: { state: 'requested', approvedBy: ['fay'] },
    });
    expect(await vote('approve', 'fay', id)).toMatchObject({ status: 200, body: { state: 'requested' } });
    expect(await vote('approve', 'eve', id)).toMatchObject({
      status: 200,
      body: { state: 'granted', approvedBy: ['fay', 'eve'], automatic: false },
    });
  });

  it('end it with one denial', async () => {
    const { vote, id } = await open();
    expect(await vote('deny', 'eve', id)).toMatchObject({ status: 200, body: { deniedBy: 'eve' } });
    expect(await vote('approve', 'fay', id)).toMatchObject({
      status: 409,
      body: { detail: 'It is denied.' },
    });
  });

  it.each(['approve', 'deny'] as const)(
    '%s for named approvers only, and never for one’s own',
    async (how) => {
      const { vote, id } = await open();
      expect(await vote(how, 'ada', id)).toMatchObject({
        status: 403,
        body: { detail: 'Only approvers of the policy decide, and ada is none.' },
      });
      const own = await open('fay');
      expect(await own.vote(how, 'fay', own.id)).toMatchObject({
        status: 403,
        body: { detail: 'Nobody decides about his own, and fay asked for it.' },
      });
    },
  );

  it('know no other id', async () => {
    const { vote } = await open();
    expect(await vote('approve', 'fay', 'x/y#z')).toMatchObject({ status: 404 });
  });
});

describe('GET /budgets/increases', () => {
  const open = async () => {
    const api = await openApi();
    const waiting = await api.ask('ada', { ...BODY, amount: '50.01 USD' });
    const granted = await api.ask('bob', { ...BODY, budget: 'all', scope: '*', amount: '1 USD' });
    const idOf = ({ body }: typeof waiting) => body.id ?? expect.fail('must have an id');
    const statesOf = async (user: string, state?: string) => {
      const { body } = await api.list(user, state);
      return z.looseObject({ increases: z.array(z.looseObject({ state: z.string() })) }).parse(body)
        .increases;
    };
    return { ...api, statesOf, waiting: idOf(waiting), granted: idOf(granted) };
  };

  it('shows the caller what he asked for, as the other routes do, with whom it waits for', async () => {
    const { list, waiting } = await open();
    expect(await list('ada')).toEqual({
      status: 200,
      body: {
        increases: [
          {
            id: waiting,
            budget: BUDGET,
            scope: 'chess',
            state: 'requested',
            automatic: false,
            measure: 'usd',
            amount: '50.01',
            until: '2026-12-01T00:00:00.000Z',
            reason: 'Release week',
            askedBy: 'ada',
            askedAt: '2026-11-24T09:00:00.000Z',
            approvedBy: [],
            waitsFor: ['fay', 'eve'],
          },
        ],
        leftOut: 0,
      },
    });
  });

  it.each([
    ['ada', 1],
    ['bob', 1],
    ['fay', 2],
    ['eve', 2],
    ['max', 0],
  ])('shows %s so many: %i', async (user, count) => {
    expect(await (await open()).statesOf(user)).toHaveLength(count);
  });

  it('shows one state alone, and refuses one that there is not', async () => {
    const { statesOf, list, vote, waiting } = await open();
    await vote('deny', 'fay', waiting);
    expect(await statesOf('fay', 'denied')).toMatchObject([{ id: waiting, deniedBy: 'fay', waitsFor: [] }]);
    expect(await statesOf('fay', 'granted')).toMatchObject([{ askedBy: 'bob' }]);
    expect(await statesOf('fay', 'requested')).toEqual([]);
    expect(await list('fay', 'open')).toMatchObject({
      status: 400,
      body: { detail: 'Give ?state= as one of requested, granted, denied, expired.' },
    });
  });

  it('refuses a token that names nobody', async () => {
    expect(await (await open()).list(undefined)).toMatchObject({ status: 403 });
  });
});

describe('in a ledger of pseudonyms', () => {
  const pseudonymOf: PseudonymOf = (user) => `p-${user}`;

  it('who asks is kept by pseudonym, and so is the person it is for', async () => {
    const { ask, increases } = await openApi(pseudonymOf);
    const { body, status } = await ask('bob', { ...BODY, budget: 'own', scope: 'bob', amount: '1 token' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ askedBy: 'p-bob', scope: 'p-bob' });
    expect(
      JSON.stringify(await increases.find([{ budgetId: 'own', scopeId: 'p-bob' }]), textOf),
    ).not.toContain('"bob"');
  });

  it('approvers are known by the pseudonyms that stand in the policy there', async () => {
    const { ask, list, vote, policies } = await openApi(pseudonymOf);
    const overflow = { ...POLICY.overflow, approvers: ['p-fay', 'p-eve'] };
    await policies.apply({ policy: { ...POLICY, overflow }, text: '', by: 'ops', at: NOW, replaces: 1 });
    const reason = 'eve@example.com said so';
    const { body } = await ask('fay', { ...BODY, amount: '51 USD', reason });
    expect(body).toMatchObject({ askedBy: 'p-fay', state: 'requested', reason: 'p-eve@example.com said so' });
    expect(await list('eve')).toMatchObject({ body: { increases: [{ askedBy: 'p-fay' }] } });
    expect(await vote('approve', 'fay', body.id ?? '')).toMatchObject({ status: 403 });
    expect(await vote('approve', 'eve', body.id ?? '')).toMatchObject({ body: { state: 'granted' } });
  });
});

function textOf(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

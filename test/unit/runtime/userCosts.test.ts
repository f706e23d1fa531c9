import { describe, expect, it } from 'vitest';
import { userCosts } from '../../../functions/userCosts.ts';
import type { DailyLine } from '../../../shared/domain/dailyLine.ts';
import { NO_COST, NO_METRICS } from '../../../shared/domain/metrics.ts';
import { lineKey } from '../../../shared/store/keys.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { emptyWorld } from '../../../shared/store/memory/world.ts';
import type { TotalStore } from '../../../shared/store/totalStore.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';

const DAY = '2026-11-22';
const ADA = 'ada.lind@example.com';
const USER_CLAIM = 'email';

function line(fields: Partial<DailyLine>): DailyLine {
  return {
    day: DAY,
    team: 'chess',
    user: ADA,
    model: 'claude-sonnet-4-5',
    project: '-',
    entrypoint: '-',
    operation: '-',
    serviceTier: 'standard',
    businessUnit: '-',
    department: '-',
    costCentre: '-',
    n: 1,
    ...NO_METRICS,
    requests: 1,
    ...fields,
  };
}

async function storeOf(lines: readonly DailyLine[]): Promise<TotalStore> {
  const world = emptyWorld();
  for (const each of lines) world.lines.put(lineKey(each), each);
  const { totals } = memoryStores(world);
  await totals.openDays(lines);
  return totals;
}

function request(query: object | undefined, claims: object = { email: ADA }): object {
  return {
    ...recordedEvent('userCosts'),
    queryStringParameters: query,
    requestContext: { authorizer: { jwt: { claims, scopes: null } } },
  };
}

async function ask(event: unknown, lines: readonly DailyLine[] = []) {
  const answer = await userCosts(event, { totals: await storeOf(lines), userClaim: USER_CLAIM });
  return {
    status: answer.statusCode,
    type: answer.headers?.['content-type'],
    body: JSON.parse(answer.body ?? ''),
  };
}

const LINES: DailyLine[] = [
  line({
    requests: 2,
    tokens: { input: 10, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 50 },
    costPicoUsd: { ...NO_COST, input: 1n, output: 10n ** 12n },
  }),
  line({ model: 'claude-haiku-4-5', costPicoUsd: { ...NO_COST, output: 5n * 10n ** 11n } }),
  line({ team: 'rivers', project: 'delta', costPicoUsd: { ...NO_COST, cacheRead: 2n } }),
  line({ day: '2026-11-21', costPicoUsd: { ...NO_COST, output: 10n ** 15n } }),
  line({ day: '2026-11-23', costPicoUsd: { ...NO_COST, output: 10n ** 15n } }),
  line({ user: 'mira@example.com', costPicoUsd: { ...NO_COST, output: 10n ** 15n } }),
];

describe('userCosts', () => {
  it('adds up the day of the caller over all teams, by model and in all', async () => {
    const { status, type, body } = await ask(recordedEvent('userCosts'), LINES);
    const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 };
    const some = { inputTokens: 10, outputTokens: 50, cacheReadTokens: 20, cacheCreationTokens: 4_300 };
    expect(status).toBe(200);
    expect(type).toBe('application/json');
    expect(body).toStrictEqual({
      user: ADA,
      date: DAY,
      currency: 'USD',
      costUsd: '1.500000000003',
      requests: 4,
      ...some,
      models: [
        { model: 'claude-haiku-4-5', costUsd: '0.5', requests: 1, ...none },
        { model: 'claude-sonnet-4-5', costUsd: '1.000000000003', requests: 3, ...some },
      ],
    });
  });

  it('answers a day without use with zeros', async () => {
    const { status, body } = await ask(request({ date: '2026-11-20' }), LINES);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: ADA, date: '2026-11-20', costUsd: '0', requests: 0, models: [] });
  });

  it('tells nobody about anybody else, whatever the request asks for', async () => {
    const { body } = await ask(request({ date: DAY, user: ADA }, { email: 'mira@example.com' }), LINES);
    expect(body).toMatchObject({ user: 'mira@example.com', costUsd: '1000' });
  });

  it.each<[string, object]>([
    ['no claims', {}],
    ['other claims only', { sub: 'c1e6f8a2', cognito: ADA }],
    ['an empty claim', { email: '' }],
    ['a claim that is a number', { email: 7 }],
    ['a claim that is a list', { email: [ADA] }],
    ['a claim that is null', { email: null }],
  ])('forbids a token with %s', async (_what, claims) => {
    const { status, type, body } = await ask(request({ date: DAY }, claims), LINES);
    expect(status).toBe(403);
    expect(type).toBe('application/problem+json');
    expect(body).toStrictEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: 'The token has no claim "email" that names a user.',
    });
  });

  it('forbids before it looks at the date', async () => {
    expect((await ask(request(undefined, {}))).status).toBe(403);
  });

  it.each<[string, object | undefined]>([
    ['no query', undefined],
    ['an empty query', {}],
    ['another parameter', { day: DAY }],
  ])('asks for the date with %s', async (_what, query) => {
    const { status, body } = await ask(request(query));
    expect(status).toBe(400);
    expect(body).toMatchObject({ title: 'Bad Request', detail: 'Give the day as ?date=YYYY-MM-DD.' });
  });

  it.each([
    '',
    '2026-02-29',
    '2026-11-31',
    '2026-11',
    '2026-1-2',
    '22.11.2026',
    `${DAY},2026-11-23`,
    `${DAY}T00:00:00Z`,
  ])('refuses %j as a date', async (date) => {
    const { status, body } = await ask(request({ date }), LINES);
    expect(status).toBe(400);
    expect(body).toMatchObject({ detail: `"${date}" is no day of the form YYYY-MM-DD.` });
  });

  it('quotes no more than the beginning of a wrong date', async () => {
    const { body } = await ask(request({ date: 'x'.repeat(5_000) }));
    expect(body.detail).toBe(`"${'x'.repeat(40)}" is no day of the form YYYY-MM-DD.`);
  });

  it('throws at an event that is no authorized request: that is a wrong deployment', async () => {
    await expect(ask({ queryStringParameters: { date: DAY }, requestContext: {} })).rejects.toThrow();
    await expect(ask(recordedEvent('notify'))).rejects.toThrow();
  });
});

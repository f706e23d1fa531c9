import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openIssuer } from '../../infra/local/issuer.ts';
import { toDay } from '../../shared/domain/period.ts';
import { decodeDifference, decodeSnapshot } from '../../shared/domain/policy/snapshotCodec.ts';
import { applyDifference } from '../../shared/domain/policy/snapshotDifference.ts';
import { makeFolder, type Running, startTollbook } from './tollbook.ts';

const place = makeFolder();
const data = place.path('decisions');
const MODEL = 'global.anthropic.claude-sonnet-5-5';
const TODAY = toDay(new Date());

const config = place.write(
  'company.yaml',
  `users:
  ada: { team: tools }
  bo: { team: tools }
  cy: { team: tools }
  dee: { team: tools }
budgets:
  - user: "*"
    day: 1,000,000 tokens
    ladder: graduated
  - team: tools
    month: 100 USD
models:
  - team: tools
    allow: [sonnet]
withoutBudget: deny
`,
);

/** Opus for less than any Sonnet, so there is nothing cheaper to suggest. */
const prices = place.write(
  'own.yaml',
  `currency: USD
sources:
  contract: { title: "Private offer", checked: 2026-10-01 }
prices:
  - model: claude-opus-5-5
    scope: global
    from: 2026-01-01
    usdPerMillion: { input: "1.9", cacheRead: "0.19", cacheWrite5m: "2.3", cacheWrite1h: "3.7", output: "9" }
    source: contract
`,
);

/** Each of them has used another share of a million tokens. */
const USED: Readonly<Record<string, number>> = { ada: 800_000, bo: 900_000, cy: 1_000_000, dee: 799_999 };

const line = (user: string, tokens: number, id = user) =>
  JSON.stringify({
    schema: 'tollbook.v1',
    id,
    at: `${TODAY}T00:00:01Z`,
    model: MODEL,
    user,
    usage: { inputTokens: tokens, outputTokens: 0 },
  });

const log = place.write(
  'day.log',
  Object.entries(USED)
    .map(([user, tokens]) => line(user, tokens))
    .join('\n'),
);

let running: Running;
let api: string;
let token: string;

beforeAll(async () => {
  const files = ['--config', config, '--prices', prices, '--logs', log];
  running = startTollbook(['start', '--port', '0', '--data', data, ...files]);
  const [, port = ''] = await running.stderrHas(/Serving on http:\/\/127\.0\.0\.1:(\d+)/);
  await running.stderrHas(/Bearer/);
  api = `http://127.0.0.1:${port}`;
  token = await (await openIssuer(data)).sign('gateway-1', 1, 'gateway');
});
afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.ended;
  place.remove();
});

const answerSchema = z.looseObject({
  action: z.string().optional(),
  message: z.string().optional(),
  detail: z.string().optional(),
});

async function ask(body: object, bearer = token) {
  const answer = await fetch(`${api}/decisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, ...body }),
  });
  return { status: answer.status, body: answerSchema.parse(await answer.json()) };
}

const snapshotOf = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

describe('POST /decisions on one machine', () => {
  it.each([
    ['global.anthropic.claude-opus-5', 'global.anthropic.claude-sonnet-5-5'],
    ['global.anthropic.claude-opus-5-5', undefined],
  ])('suggests instead of %s by the prices that the company pays: %s', async (model, suggested) => {
    const { body } = await ask({ user: 'dee', model });
    expect([body.action, body.suggestedModel]).toEqual(['reject', suggested]);
  });

  it.each([
    [
      'dee',
      {
        action: 'allow',
        delayMs: 0,
        status: 200,
        message: 'Budget check passed',
        headers: {},
        remaining: { tokens: '200001' },
      },
    ],
    [
      'ada',
      {
        action: 'warn',
        delayMs: 0,
        status: 200,
        message: "You've used 80% of your daily token budget.",
        headers: { 'X-Budget-Warning': '80-percent' },
        remaining: { tokens: '200000' },
      },
    ],
    [
      'bo',
      {
        action: 'throttle',
        delayMs: 2_000,
        status: 200,
        message: 'Approaching daily limit. Responses may be slower.',
        headers: { 'X-Budget-Warning': 'throttled' },
      },
    ],
    [
      'cy',
      {
        action: 'reject',
        delayMs: 0,
        status: 429,
        message: 'Daily token budget exceeded. Resets at midnight UTC.',
        headers: { 'Retry-After': expect.stringMatching(/^\d+$/) },
        remaining: { tokens: '0' },
      },
    ],
  ])('answers %s by what was used', async (user, expected) => {
    const { status, body } = await ask({ user });
    expect(status).toBe(200);
    expect(body).toMatchObject(expected);
    expect(body).toMatchObject({ isDegraded: false, snapshotAgeMs: 0 });
  });

  it('counts what the request will use', async () => {
    const { body } = await ask({ user: 'dee', estimate: { tokens: { input: 2 } } });
    expect(body).toMatchObject({
      action: 'warn',
      reasons: [{ kind: 'budget', scope: 'user:dee', used: '800001', limit: '1000000', percent: 80 }],
    });
  });

  it('refuses a model that the team may not use, and a user whom no budget covers goes by theirs', async () => {
    expect((await ask({ user: 'dee', model: 'anthropic.claude-opus-4-6-v1' })).body).toMatchObject({
      action: 'reject',
      status: 403,
      suggestedModel: 'anthropic.claude-sonnet-5-5',
    });
    expect((await ask({ user: 'stranger' })).body).toMatchObject({ action: 'allow' });
  });

  it('says all that is wrong with a question', async () => {
    const { status, body } = await ask({ user: 'a#b', estimate: { usd: '-1' }, mode: 'fast' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      detail: 'The body has 3 mistakes; see errors.',
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '#/user' }),
        expect.objectContaining({ pointer: '#/estimate/usd' }),
        { pointer: '#/mode', detail: 'is not known' },
      ]),
    });
  });

  it('answers gateways alone', async () => {
    const person = await (await openIssuer(data)).sign('ada', 1);
    const { status, body } = await ask({ user: 'ada' }, person);
    expect(status).toBe(403);
    expect(body.detail).toBe('Only gateways may ask this: the token has no role "gateway".');
    const answer = await fetch(`${api}/budgets/snapshot`, { headers: { authorization: `Bearer ${person}` } });
    expect(answer.status).toBe(403);
  });
});

describe('GET /budgets/snapshot on one machine', () => {
  it('gives the whole once, then what is new', async () => {
    const first = await snapshotOf('/budgets/snapshot');
    const etag = first.headers.get('etag') ?? '';
    const whole = decodeSnapshot(await first.text());
    if (whole.kind === 'refused') throw new Error(whole.problem);
    expect(etag).toBe(`"${whole.value.version}"`);
    expect([...whole.value.persons.keys()].sort()).toEqual(['ada', 'bo', 'cy', 'dee']);
    const used = whole.value.standings.get('user:*:day:tokens');
    expect(used?.get('cy')?.used).toBe(1_000_000n);

    const more = place.write('more.log', line('dee', 200_001, 'more'));
    const ingest = startTollbook(['ingest', '--data', data, '--config', config, more]);
    expect((await ingest.ended).code).toBe(0);

    const second = await snapshotOf(`/budgets/snapshot?since=${whole.value.version}`, {
      'if-none-match': etag,
    });
    const difference = decodeDifference(await second.text());
    if (difference.kind === 'refused') throw new Error(difference.problem);
    expect(difference.value.persons).toEqual([]);
    const applied = applyDifference(whole.value, difference.value);
    if (applied.kind !== 'applied') throw new Error(applied.kind);
    expect(applied.data.standings.get('user:*:day:tokens')?.get('dee')?.used).toBe(1_000_000n);
    expect((await ask({ user: 'dee' })).body).toMatchObject({ action: 'reject', status: 429 });
  });

  it('starts over for a version that it does not know', async () => {
    for (const since of ['1.0.0.0', 'nonsense']) {
      const answer = await snapshotOf(`/budgets/snapshot?since=${since}`);
      expect(answer.status).toBe(200);
      expect(decodeSnapshot(await answer.text()).kind).toBe('read');
    }
  });
});

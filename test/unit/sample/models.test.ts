import { describe, expect, it } from 'vitest';
import {
  callFixedModel,
  callModel,
  type ModelRole,
  UNKNOWN_MODEL,
} from '../../../infra/local/sample/models.ts';
import { makeCompany } from '../../../infra/local/sample/people.ts';
import { seededRandom } from '../../../infra/local/sample/random.ts';
import { addDays } from '../../../shared/domain/period.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';

const ROLES: ModelRole[] = ['sonnet', 'lateSonnet', 'haiku', 'lateHaiku', 'opus', 'lateOpus'];
const { users } = makeCompany({ seed: 'demo', people: 25, teams: 4 });

function price(modelId: string, region: string, day: string) {
  const tokens = { ...NO_TOKENS, input: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1, output: 1 };
  const startedAt = `${day}T00:00:00.000Z`;
  return priceUsage(bundledPriceBook(), { modelId, region, startedAt, serviceTier: 'standard', tokens });
}

describe('callFixedModel', () => {
  it.each<[ModelRole, string, string]>([
    ['sonnet', '2026-09-27', 'global.anthropic.claude-sonnet-5'],
    ['sonnet', '2026-09-28', 'global.anthropic.claude-sonnet-5-5'],
    ['sonnet', '2025-09-28', 'us.anthropic.claude-sonnet-4-20250514-v1:0'],
    ['sonnet', '2025-09-29', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['haiku', '2026-10-06', 'global.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['haiku', '2026-10-07', 'global.anthropic.claude-haiku-5-5'],
    ['opus', '2026-09-21', 'global.anthropic.claude-opus-5'],
    ['opus', '2026-09-22', 'global.anthropic.claude-opus-5-5'],
    ['opus', '2025-07-15', 'us.anthropic.claude-opus-4-20250514-v1:0'],
    ['lateOpus', '2026-11-22', 'global.anthropic.claude-opus-4-8'],
    ['lateHaiku', '2026-11-22', 'global.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['lateSonnet', '2026-11-22', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ])('calls as %s on %s the newest model that had a price: %s', (role, day, modelId) => {
    expect(callFixedModel(role, day).modelId).toBe(modelId);
  });

  it('refuses a day before the first price', () => {
    expect(callFixedModel('opus', '2024-03-04').name).toBe('claude-3-opus-20240229');
    expect(() => callFixedModel('opus', '2024-03-03')).toThrow(RangeError);
  });
});

describe('callModel', () => {
  it('calls only models with a price for every token class, on any day since June 2025', () => {
    for (let day = '2025-06-01'; day < '2027-03-01'; day = addDays(day, 1)) {
      const random = seededRandom(day);
      for (const role of ROLES) {
        const { modelId, region } = callModel({ role, day, person: random.pick(users), random });
        expect(price(modelId, region, day), `${day} ${modelId} in ${region}`).toMatchObject({
          kind: 'priced',
        });
      }
    }
  });

  it('calls one model globally and in its own geography, by profile id and by ARN', () => {
    const random = seededRandom('forms');
    const person = { ...users[0], geo: 'eu', user: 'x@example.com', team: 'platform' } as const;
    const calls = Array.from({ length: 200 }, () =>
      callModel({
        role: 'sonnet',
        day: '2026-11-22',
        person: { ...person, how: 'none', level: 'light', utcOffsetHours: 0 },
        random,
      }),
    );
    const forms = new Set(calls.map(({ modelId, region }) => modelId.replaceAll(region, '<region>')));
    const arn = 'arn:aws:bedrock:<region>:111122223333:inference-profile/';
    expect(forms).toEqual(
      new Set([
        'global.anthropic.claude-sonnet-5-5',
        'eu.anthropic.claude-sonnet-5-5',
        `${arn}global.anthropic.claude-sonnet-5-5`,
        `${arn}eu.anthropic.claude-sonnet-5-5`,
      ]),
    );
    for (const { region } of calls) expect(region).toMatch(/^eu-/);
  });
});

describe('the unknown model', () => {
  it('is in no price list', () => {
    const { modelId, region } = UNKNOWN_MODEL;
    expect(price(modelId, region, '2026-11-22')).toMatchObject({ kind: 'unpriced', reason: 'unknown_model' });
  });
});

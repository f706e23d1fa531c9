import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
const data = place.path('ledger');
afterAll(place.remove);

const POLICY = `models:
  - org: true
    allow: [sonnet, haiku]
routing:
  rules:
    - { pattern: "fix.*bugs?|debug", model: claude-sonnet-4-6, max_tokens: 2000 }
    - { operation: review, model: claude-haiku-5-5, max_tokens: 1000 }
`;
const inForce = place.write('policy.yaml', POLICY);
const OPUS = 'us.anthropic.claude-opus-5-5';
const REFUSED = `${OPUS}: reject, Model ${OPUS} is not on the list of models for the organisation.`;

async function route(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runTollbook(['budgets', 'route', '--data', data, ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trim();
}

beforeAll(async () => {
  const { code } = await runTollbook(['budgets', 'apply', inForce, '--data', data, '--as', 'eve']);
  expect(code).toBe(0);
});

describe('tollbook budgets route', () => {
  it('shows the rule of the policy in force that holds, and the model that would be suggested', async () => {
    const text = await route('--model', OPUS, '--query', 'please fix these bugs', '--operation', 'review');
    expect(text.split('\n')).toEqual([
      'rule 1 (pattern "fix.*bugs?|debug"): claude-sonnet-4-6, 2,000 tokens',
      'later rules that hold too: 2',
      REFUSED,
      'suggested: us.anthropic.claude-sonnet-4-6',
    ]);
  });

  it('suggests a cheaper model where no rule can be said to hold', async () => {
    const text = await route('--model', OPUS, '--complexity', 'low');
    expect(text.split('\n')).toEqual([
      'no rule holds, as far as they can be tried with what is stated',
      REFUSED,
      'suggested: us.anthropic.claude-haiku-5-5',
    ]);
  });

  it('tries a policy file that is not in force, as JSON on demand', async () => {
    const file = place.write(
      'other.yaml',
      `routing: { rules: [], default: { model: claude-haiku-5-5, max_tokens: 50 } }\n`,
    );
    const asked = ['--model', 'claude-sonnet-5-5', '--policy', file, '--prompt-tokens', '1000'];
    expect(JSON.parse(await route(...asked, '--json'))).toEqual({
      model: 'claude-sonnet-5-5',
      route: { model: 'claude-haiku-5-5', maxTokens: 50, alsoMatched: [] },
      action: 'allow',
      message: 'Request approved',
      suggestedModel: 'claude-haiku-5-5',
    });
  });

  it('says what is wrong with a request', async () => {
    const { code, stderr } = await runTollbook(['budgets', 'route', '--data', data, '--model', 'a#\u0007']);
    expect(code).toBe(2);
    expect(stderr).toContain('--model ');
  });
});

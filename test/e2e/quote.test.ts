import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, runTollbook } from './tollbook.ts';

const CLI = fileURLToPath(new URL('../../cli/tollbook.ts', import.meta.url));

const place = makeFolder();
afterAll(place.remove);

// $3.30 and $16.50 a million through a geo endpoint: 1,000 × 3.3 + 200 × 16.5 = 6,600 µUSD.
const REQUEST = {
  request_id: 'r-1',
  operation: 'review',
  timestamp: '2026-11-20T12:00:00.000Z',
  model_id: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  text_input_tokens: 1_000,
  text_output_tokens: 200,
  api_gateway_requests: 1,
};

const OWN = place.write(
  'own.yaml',
  `currency: USD
sources:
  contract: { title: Private offer 2026-114, checked: 2026-10-01 }
prices:
  - model: claude-sonnet-4-5
    scope: geo
    from: 2026-11-01
    usdPerMillion: { input: "1", cacheRead: "0.1", cacheWrite5m: "1.25", cacheWrite1h: "2", output: "5" }
    source: contract
`,
);

function write(name: string, body: unknown): string {
  return place.write(name, JSON.stringify(body));
}

describe('tollbook quote', () => {
  it('prints a line for each service, and their sum', async () => {
    const { code, stdout, stderr } = await runTollbook(['quote', write('request.json', REQUEST)]);
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        'review r-1, prices of 2026-11-20T12:00:00.000Z',
        '  SERVICE      OPERATION         QUANTITY  UNIT      COST IN USD',
        '  api_gateway  requests                 1  requests    0.0000035',
        '  bedrock      inference_claude      1200  tokens         0.0066',
        '  total                                                0.0066035',
        '',
      ].join('\n'),
    );
  });

  it('answers as the API does with --json, from stdin', () => {
    const { status, stdout } = spawnSync(process.execPath, [CLI, 'quote', '--json'], {
      input: JSON.stringify(REQUEST),
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toStrictEqual({
      request_id: 'r-1',
      operation: 'review',
      total_cost: '0.0066035',
      currency: 'USD',
      cost_breakdown: [
        { service: 'api_gateway', operation: 'requests', cost: '0.0000035', unit: 'requests', quantity: 1 },
        {
          service: 'bedrock',
          operation: 'inference_claude',
          cost: '0.0066',
          unit: 'tokens',
          quantity: 1_200,
        },
      ],
      unpriced: [],
      timestamp: '2026-11-20T12:00:00.000Z',
    });
  });

  it('prices with the company’s own prices', async () => {
    const file = write('own.json', REQUEST);
    const { stdout } = await runTollbook(['quote', file, '--prices', OWN, '--json']);
    // 1,000 × 1 + 200 × 5 = 2,000 µUSD, and 3.5 µUSD of the API.
    expect(JSON.parse(stdout)).toMatchObject({ total_cost: '0.0020035' });
  });

  it('says what it estimated and what has no price', async () => {
    const { request_id, operation, timestamp } = REQUEST;
    const guess = { request_id, operation, timestamp, model_id: 'acme.giant', text_input_characters: 4_000 };
    const { code, stdout } = await runTollbook(['quote', write('guess.json', guess)]);
    expect(code).toBe(0);
    expect(stdout).toContain('No price for bedrock inference: unknown_model. The total is without it.\n');
    expect(stdout).toContain('Some of the quantities are estimates.\n');
  });

  it.each([
    ['a file that is not there', ['no-such.json'], 'no-such.json: no such file, or it cannot be read'],
    ['no JSON', [place.write('text.json', 'a text')], 'no JSON; give an object such as docs/api.md shows'],
    [
      'a negative count',
      [write('negative.json', { ...REQUEST, embedding_tokens: -1 })],
      'embedding_tokens: ',
    ],
    ['an unknown key', [write('unknown.json', { ...REQUEST, input: 1 })], 'Unrecognized key: "input"'],
    ['an array', [write('array.json', [REQUEST])], 'expected object'],
  ])('refuses %s, naming the place', async (_, args, message) => {
    const { code, stdout, stderr } = await runTollbook(['quote', ...args]);
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });
});

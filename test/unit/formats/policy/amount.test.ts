import { expect, it } from 'vitest';
import { parseAmount } from '../../../../shared/formats/policy/amount.ts';

it.each([
  ['50 USD', 'usd', 50_000_000_000_000n],
  ['$0.50', 'usd', 500_000_000_000n],
  ['0 USD', 'usd', 0n],
  ['$0', 'usd', 0n],
  ['0 tokens', 'tokens', 0n],
  ['200,000 tokens', 'tokens', 200_000n],
  ['1 requests', 'requests', 1n],
  [' 2.5M tokens ', 'tokens', 2_500_000n],
])('reads %s', (text, measure, amount) => {
  const read = parseAmount(text);
  expect(read).toEqual({ kind: 'amount', measure, amount });
});

it.each(['', '0', '50', '-1 USD', '1.5 tokens', '50 EUR', '1e3 USD', '1/2 USD'])(
  'does not read "%s", and says why',
  (text) => {
    expect(parseAmount(text)).toEqual({ kind: 'problem', why: expect.stringContaining(text) });
  },
);

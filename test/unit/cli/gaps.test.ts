import { describe, expect, it } from 'vitest';
import { formatGaps } from '../../../cli/output/gaps.ts';
import { progressBar } from '../../../cli/output/progressBar.ts';
import { NO_COST } from '../../../shared/domain/metrics.ts';
import type { UnpricedRow } from '../../../shared/store/reportUnpriced.ts';

const ALL_WELL = {
  requests: 1_000,
  estimated: 0,
  estimatedPicoUsd: 0n,
  costPicoUsd: { ...NO_COST, output: 20_000_000_000_000n },
};

function textOf(
  rows: readonly UnpricedRow[],
  total = ALL_WELL,
  dataDir = '.tollbook',
  deployed = {},
): string {
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  return formatGaps({ unpriced: { requests, rows }, total }, { data: dataDir, ...deployed });
}

describe('what costs leave out', () => {
  it('is not spoken of when it is nothing', () => {
    expect(textOf([])).toBe('');
  });

  it('is told with models, reasons and the way to mend it', () => {
    const text = textOf([
      { model: 'new', modelId: 'eu.vendor.new', reason: 'unknown_model', requests: 1_200 },
      { model: 'old', modelId: 'old', reason: 'no_price_at_date', requests: 3 },
      { model: 'odd', modelId: 'odd', reason: 'a_reason_of_tomorrow', requests: 2 },
      { model: 'unread', requests: 1 },
    ]);
    expect(text).toBe(`
1,206 requests have no price, and the costs leave them out
  MODEL   REQUESTS  WHY                                     LOGGED AS
  new        1,200  the price book does not know the model  eu.vendor.new
  old            3  no price for its day
  odd            2  a reason of tomorrow
  unread         1  not looked at: too many records
  To price them, say what they are or cost in a file of your own prices (docs/prices.md), or take a newer
  Tollbook; then run: tollbook reprice --prices FILE
`);
  });

  it('names the ledger where it is not the usual one', () => {
    const text = textOf([{ model: 'new', reason: 'unknown_model', requests: 1 }], ALL_WELL, '/srv/ledger');
    expect(text).toContain('1 request has no price, and the costs leave it out');
    expect(text).toContain('tollbook reprice --prices FILE --data /srv/ledger\n');
    const onAws = textOf([{ model: 'new', requests: 1 }], ALL_WELL, '.tollbook', { stage: 'prod' });
    expect(onAws).toContain('tollbook reprice --prices FILE --stage prod\n');
  });

  it('promises no mending where the log is what is wrong', () => {
    const text = textOf([{ model: 'sonnet', reason: 'no_token_counts', requests: 1 }]);
    expect(text).toContain('the log says nothing of its tokens');
    expect(text).not.toContain('reprice');
  });

  it.each([
    [20, false],
    [21, true],
  ])('of %i models shows 20 and says that there are more: %s', (count, isCut) => {
    const rows = Array.from({ length: count }, (_, index) => ({ model: `model-${index}`, requests: 1 }));
    expect(textOf(rows).includes('(1 more models)')).toBe(isCut);
    expect(textOf(rows).match(/model-\d+/g)).toHaveLength(20);
  });

  it.each([
    [1, 10_000_000_000n, '1 of 1,000 requests (0.1%), $0.01 of $20.00'],
    [1_000, 20_000_000_000_000n, '1,000 of 1,000 requests (100.0%), $20.00 of $20.00'],
  ])(
    'says of how many requests and how much a token class was guessed: %i',
    (estimated, estimatedPicoUsd, expected) => {
      expect(textOf([], { ...ALL_WELL, estimated, estimatedPicoUsd })).toContain(
        `Estimated: ${expected}, of which a token class`,
      );
    },
  );
});

describe('a progress bar', () => {
  it.each([
    [0, 100, '[░░░░░░░░░░░░░░░░░░░░] 0%'],
    [99, 100, '[███████████████████░] 99%'],
    [100, 100, '[████████████████████] 100%'],
    [101, 100, '[████████████████████] 100%'],
    [0, 0, '[████████████████████] 100%'],
  ])('of %i out of %i is %s', (done, total, bar) => {
    expect(progressBar(done, total)).toBe(bar);
  });
});

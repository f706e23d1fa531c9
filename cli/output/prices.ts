import { formatUsd } from '../../shared/domain/money.ts';
import { TOKEN_CLASSES, type TokenClass } from '../../shared/domain/tokens.ts';
import { type PricedModel, type PriceRow, scheduleKey } from '../../shared/pricing/compileModel.ts';
import { idsOfModel } from '../../shared/pricing/modelIdentity.ts';
import { rowName } from '../../shared/pricing/overlayPrices.ts';
import type { PriceBook } from '../../shared/pricing/priceBook.ts';
import {
  MAX_CHECKED_DAYS,
  type ModelPrice,
  type PriceChange,
  type StaleSource,
  sourcesOfRow,
} from '../../shared/pricing/pricesInForce.ts';
import { PICO_USD_PER_MILLION_TOKENS } from '../../shared/pricing/rates.ts';
import { formatCount, formatTable } from './table.ts';

/** Stands for a class without a known price. */
const NO_PRICE = '-';

const PRICE_COLUMNS = [
  { head: 'INPUT', align: 'right' },
  { head: 'CACHE READ', align: 'right' },
  { head: 'WRITE 5M', align: 'right' },
  { head: 'WRITE 1H', align: 'right' },
  { head: 'OUTPUT', align: 'right' },
] as const;

/** What two sets of prices are of: days, or versions of the price book on a day. */
export type ComparedNames = Readonly<{ before: string; after: string }>;

export function formatPrices(book: PriceBook, prices: readonly ModelPrice[], day: string): string {
  const title = `Prices in force on ${day} (UTC), USD per million tokens, price book ${book.version}`;
  if (prices.length === 0) return `${title}\n  (none)`;
  const columns = [
    { head: 'MODEL' },
    { head: 'SCOPE' },
    { head: 'PROMPT ABOVE', align: 'right' },
    ...PRICE_COLUMNS,
    { head: 'SINCE' },
    { head: 'SOURCE' },
    { head: 'NOTES' },
  ] as const;
  const rows = prices.map(({ model, row }) => [
    model,
    endpointOf(row),
    bandOf(row),
    ...TOKEN_CLASSES.map((tokenClass) => priceOf(row, tokenClass)),
    row.from,
    row.source,
    [...(row.isVerified ? [] : ['not verified']), ...discountOf(row)].join(', '),
  ]);
  return `${title}\n${formatTable(columns, rows)}`;
}

export function formatModel(book: PriceBook, model: PricedModel, prices: readonly ModelPrice[]): string {
  const title = `${model.model} (${model.vendor}), USD per million tokens, price book ${book.version}`;
  const columns = [
    { head: 'SCOPE' },
    { head: 'FROM' },
    { head: 'TO' },
    { head: 'PROMPT ABOVE', align: 'right' },
    ...PRICE_COLUMNS,
    { head: 'SOURCE' },
    { head: 'CHECKED' },
    { head: 'VERIFIED' },
    { head: 'NOTES' },
  ] as const;
  const rows = prices.map(({ row }) => [
    endpointOf(row),
    row.from,
    row.to ?? '',
    bandOf(row),
    ...TOKEN_CLASSES.map((tokenClass) => priceOf(row, tokenClass)),
    row.source,
    book.sources.get(row.source)?.checked ?? '',
    row.isVerified ? 'yes' : 'no',
    [...discountOf(row), ...premiumsOf(row), ...(row.note === undefined ? [] : [row.note])].join(', '),
  ]);
  const ids = `Ids: ${idsOfModel(book, model).join(', ')}\nService tiers: ${model.serviceTiers.join(', ')}`;
  return `${title}\n${ids}\n${formatTable(columns, rows)}`;
}

/** One line for a row whose source was not looked at for too long. */
export function formatStale({ model, row }: ModelPrice, stale: StaleSource, day: string): string {
  return `${rowName(model, row)}: ${stale.source} was checked on ${stale.checked}, ${stale.days} days before ${day}`;
}

export function formatCheck({ day, prices, stale }: { day: string; prices: number; stale: number }): string {
  const all = `${formatCount(prices)} prices in force on ${day}`;
  return stale === 0
    ? `${all}, all from sources checked within ${MAX_CHECKED_DAYS} days.`
    : `${all}, ${formatCount(stale)} of them from sources checked more than ${MAX_CHECKED_DAYS} days before.`;
}

export function formatChanges(changes: readonly PriceChange[], { before, after }: ComparedNames): string {
  if (changes.length === 0) return `No price differs between (${before}) and (${after}).`;
  const columns = [
    { head: 'CHANGE' },
    { head: 'MODEL' },
    { head: 'SCOPE' },
    { head: 'PROMPT ABOVE', align: 'right' },
    ...PRICE_COLUMNS,
    { head: 'SOURCE' },
    { head: 'NOTES' },
  ] as const;
  const rows = changes.map((change) => {
    const row = change.kind === 'ended' ? change.before : change.after;
    const cells = TOKEN_CLASSES.map((tokenClass) => changedPrice(change, tokenClass));
    const sources = sourcesOfRow(row).join(', ');
    return [
      change.kind,
      change.model,
      endpointOf(row),
      bandOf(row),
      ...cells,
      sources,
      changedPremiums(change),
    ];
  });
  return `From (${before}) to (${after}), USD per million tokens\n${formatTable(columns, rows)}`;
}

function changedPrice(change: PriceChange, tokenClass: TokenClass): string {
  switch (change.kind) {
    case 'new':
      return priceOf(change.after, tokenClass);
    case 'ended':
      return priceOf(change.before, tokenClass);
    case 'changed': {
      const [before, after] = [priceOf(change.before, tokenClass), priceOf(change.after, tokenClass)];
      return before === after ? after : `${before} → ${after}`;
    }
    default:
      return change satisfies never;
  }
}

/** Premiums and fees before and after, where they differ. */
function changedPremiums(change: PriceChange): string {
  if (change.kind !== 'changed') return '';
  const [before, after] = [change.before, change.after].map((row) => premiumsOf(row).join(', ') || 'none');
  return before === after ? '' : `${before} → ${after}`;
}

/** An exact decimal, USD per million tokens on the standard tier. */
function priceOf({ standardRates }: PriceRow, tokenClass: TokenClass): string {
  const rate = standardRates[tokenClass];
  return rate === null ? NO_PRICE : formatUsd(rate * PICO_USD_PER_MILLION_TOKENS);
}

function endpointOf({ scope, regionGroup }: PriceRow): string {
  return scheduleKey(scope, regionGroup);
}

/** Empty for the lowest band, because most models have one price for every length of a prompt. */
function bandOf({ promptTokensAbove }: PriceRow): string {
  return promptTokensAbove > 0 ? formatCount(promptTokensAbove) : '';
}

function discountOf({ discount }: PriceRow): string[] {
  return discount === undefined
    ? []
    : [`${formatUsd(discount.picoPercent)} percent off (${discount.source})${roundedBy(discount.rounding)}`];
}

function roundedBy(rounding: string | undefined): string {
  return rounding === undefined ? '' : `, rounded ${rounding}`;
}

/** What a request may pay on top of the rates. */
function premiumsOf({ premiums, webSearchFee }: PriceRow): string[] {
  const { fast, inferenceUs } = premiums;
  return [
    ...(fast === undefined ? [] : [`fast mode x ${fast.times}`]),
    ...(inferenceUs === undefined ? [] : [`US inference x ${inferenceUs.times}`]),
    ...(webSearchFee === undefined ? [] : [`web search ${formatUsd(webSearchFee.picoUsd)}`]),
  ];
}

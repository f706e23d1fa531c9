import { formatUsd } from '../../shared/domain/money.ts';
import { TOKEN_CLASSES } from '../../shared/domain/tokens.ts';
import type { Fee, PricedModel, PriceRow } from '../../shared/pricing/compileModel.ts';
import { idsOfModel } from '../../shared/pricing/modelIdentity.ts';
import type { PriceBook } from '../../shared/pricing/priceBook.ts';
import { type ModelPrice, type PriceChange, sourcesOfRow } from '../../shared/pricing/pricesInForce.ts';
import { PICO_USD_PER_MILLION_TOKENS } from '../../shared/pricing/rates.ts';
import type { ComparedNames } from './prices.ts';

/** Prices as JSON: decimal texts, USD per million tokens; a class without a known price is left out. */
export function pricesJson(book: PriceBook, prices: readonly ModelPrice[], day: string) {
  return { day, priceBook: book.version, prices: prices.map((price) => priceJson(book, price)) };
}

export function modelJson(book: PriceBook, model: PricedModel, prices: readonly ModelPrice[]) {
  return {
    model: model.model,
    vendor: model.vendor,
    ids: idsOfModel(book, model),
    serviceTiers: model.serviceTiers,
    priceBook: book.version,
    prices: prices.map((price) => priceJson(book, price)),
  };
}

export function priceChangesJson(changes: readonly PriceChange[], { before, after }: ComparedNames) {
  return {
    from: before,
    to: after,
    changes: changes.map((change) => {
      const row = change.kind === 'ended' ? change.before : change.after;
      return {
        change: change.kind,
        model: change.model,
        ...bandJson(row),
        ...(change.kind === 'new' ? {} : { before: usdPerMillionJson(change.before) }),
        ...(change.kind === 'ended' ? {} : { after: usdPerMillionJson(change.after) }),
        ...(change.kind === 'changed' ? changedPremiumsJson(change) : {}),
        sources: sourcesOfRow(row),
      };
    }),
  };
}

/** Premiums and fees before and after, where they differ. */
function changedPremiumsJson({ before, after }: Extract<PriceChange, { kind: 'changed' }>) {
  const [old, now] = [premiumsJson(before), premiumsJson(after)];
  if (JSON.stringify(old) === JSON.stringify(now)) return {};
  return { premiumsBefore: old, premiumsAfter: now };
}

/** The multiples, and the fee of one search in USD. */
function premiumsJson({ premiums: { fast, inferenceUs }, webSearchFee }: PriceRow) {
  return {
    ...(fast === undefined ? {} : { fast: fast.times }),
    ...(inferenceUs === undefined ? {} : { inferenceUs: inferenceUs.times }),
    ...(webSearchFee === undefined ? {} : { webSearch: formatUsd(webSearchFee.picoUsd) }),
  };
}

function priceJson(book: PriceBook, { model, row }: ModelPrice) {
  const { from, to, source, isVerified, note, discount, premiums, webSearchFee } = row;
  return {
    model,
    ...bandJson(row),
    from,
    to,
    usdPerMillion: usdPerMillionJson(row),
    ...(Object.keys(premiums).length === 0 ? {} : { premiums }),
    ...(webSearchFee === undefined ? {} : { webSearch: webSearchJson(webSearchFee) }),
    source,
    checked: book.sources.get(source)?.checked,
    isVerified,
    ...(note === undefined ? {} : { note }),
    ...(discount === undefined ? {} : { discount: discountJson(discount) }),
  };
}

function discountJson({ picoPercent, rounding, source }: NonNullable<PriceRow['discount']>) {
  return { percent: formatUsd(picoPercent), ...(rounding === undefined ? {} : { rounding }), source };
}

/** The fee of one search. */
function webSearchJson({ picoUsd, source, isVerified }: Fee) {
  return { usd: formatUsd(picoUsd), source, isVerified };
}

function bandJson({ scope, regionGroup, promptTokensAbove }: PriceRow) {
  return {
    scope,
    ...(regionGroup === undefined ? {} : { regionGroup }),
    promptTokensAbove: Math.max(0, promptTokensAbove),
  };
}

function usdPerMillionJson({ standardRates }: PriceRow) {
  return Object.fromEntries(
    TOKEN_CLASSES.flatMap((tokenClass) => {
      const rate = standardRates[tokenClass];
      return rate === null ? [] : [[tokenClass, formatUsd(rate * PICO_USD_PER_MILLION_TOKENS)]];
    }),
  );
}

/** All that `tollbook/gateway` offers: deciding in the gateway's own process, and pricing what it served. */

export { CAPABILITIES } from '../shared/domain/policy/capabilities.ts';
export type {
  Decision,
  DecisionRequest,
  Estimate,
  Reason,
} from '../shared/domain/policy/decision.ts';
export { makeSuggest } from '../shared/domain/policy/makeSuggest.ts';
export type { Suggest } from '../shared/domain/policy/suggestion.ts';
export { TOKEN_CLASSES, type TokenClass, type Tokens } from '../shared/domain/tokens.ts';
export { makePriceOf, type PricePlace } from '../shared/pricing/makePriceOf.ts';
export { overlayBook } from '../shared/pricing/overlayBook.ts';
export { bundledPriceBook, type PriceBook } from '../shared/pricing/priceBook.ts';
export type { PriceOverlay } from '../shared/pricing/priceOverlay.ts';
export { type Price, type PriceRequest, priceUsage } from '../shared/pricing/priceUsage.ts';
export { type CostBlock, type QuoteRequest, quoteCosts } from '../shared/pricing/quoteCosts.ts';
export { bundledServicePrices } from '../shared/pricing/servicePrices.ts';
export { createGateway } from './createGateway.ts';
export type {
  Counters,
  Gateway,
  GatewayOptions,
  GatewayRequest,
  GatewayState,
  OvershootBound,
} from './options.ts';

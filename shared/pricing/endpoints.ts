/**
 * How a request reached its model. `api` is the vendor's own API, the others are Bedrock: a `global`
 * or a geographic (`geo`) inference profile, a model in its own region, or GovCloud (`gov`).
 */
export const ENDPOINT_SCOPES = ['api', 'global', 'geo', 'inRegion', 'gov'] as const;
export type EndpointScope = (typeof ENDPOINT_SCOPES)[number];

/** Groups of regions in which a model can have a price of its own; Claude has one for all of them. */
export const REGION_GROUPS = ['us', 'eu', 'apac'] as const;
export type RegionGroup = (typeof REGION_GROUPS)[number];

/** Tiers that have a price per token. `reserved` is bought by the hour and has none. */
export const PRICED_TIERS = ['standard', 'batch', 'priority', 'flex'] as const;
export type PricedTier = (typeof PRICED_TIERS)[number];

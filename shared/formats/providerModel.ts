/** A model's id without its provider, and the region where a gateway's name for it tells one. */
export type ProviderModel = Readonly<{ modelId: string; region?: string | undefined }>;

/** The providers whose own model ids the price book has, in the words of LiteLLM, Kong, Portkey and Cloudflare. */
const PRICED_PROVIDER = /^(?:anthropic|(?:aws-|amazon-)?bedrock(?:_converse)?)$/;
const PROVIDER_PREFIX = /^(?:anthropic|(?:aws-|amazon-)?bedrock(?:_converse)?)\//;
const ROUTE_PREFIX = /^(?:converse|converse_like|invoke)\//;
const REGION_PREFIX = /^([a-z]{2}(?:-[a-z]+)+-\d)\//;
const BEDROCK_HOST = /\bbedrock-runtime(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/;

/**
 * Finds the id by which the price book may know a model in what a gateway calls it, such as
 * `bedrock/converse/us.anthropic.claude-…` or `bedrock/us-east-1/anthropic.claude-…`. A Claude of another seller
 * keeps that seller in its id: it must not be priced by the vendor's list.
 */
export function readProviderModel(name: string, provider: string | undefined): ProviderModel {
  if (provider !== undefined && !PRICED_PROVIDER.test(provider.toLowerCase())) {
    return { modelId: name.startsWith('claude-') ? `${provider}/${name}` : name };
  }
  const unprefixed = name.replace(PROVIDER_PREFIX, '').replace(ROUTE_PREFIX, '');
  const region = REGION_PREFIX.exec(unprefixed)?.[1];
  return region === undefined
    ? { modelId: unprefixed }
    : { modelId: unprefixed.slice(region.length + 1), region };
}

/** The region of a Bedrock endpoint, from its host name or address. */
export function bedrockRegion(address: unknown): string | undefined {
  return typeof address === 'string' ? BEDROCK_HOST.exec(address)?.[1] : undefined;
}

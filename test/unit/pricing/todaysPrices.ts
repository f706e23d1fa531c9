import type { EndpointScope } from '../../../shared/pricing/endpoints.ts';

/** USD per million tokens of input, cache read, 5-minute write, 1-hour write and output, `-` where unknown. */
export type TodaysPrice = readonly [id: string, model: string, scope: EndpointScope, usdPerMillion: string];

/** The day these prices were read from the sources again, by hand and apart from the price book. */
export const TODAY = '2026-11-23T12:00:00.000Z';

/** Every model of the price book once, through one endpoint or another. */
export const TODAYS_PRICES: readonly TodaysPrice[] = [
  ['global.anthropic.claude-fable-5-1', 'claude-fable-5-1', 'global', '10 0.25 12.5 20 50'],
  ['claude-mythos-5-1', 'claude-mythos-5-1', 'api', '10 0.25 12.5 20 50'],
  ['eu.anthropic.claude-fable-5', 'claude-fable-5', 'geo', '11 1.1 13.75 22 55'],
  ['claude-mythos-5', 'claude-mythos-5', 'api', '10 1 12.5 20 50'],
  ['us.anthropic.claude-opus-5-5', 'claude-opus-5-5', 'geo', '4.4 0.22 5.5 8.8 22'],
  ['global.anthropic.claude-opus-5', 'claude-opus-5', 'global', '5 0.5 6.25 10 25'],
  ['us.anthropic.claude-opus-4-8', 'claude-opus-4-8', 'geo', '5.5 0.55 6.875 11 27.5'],
  ['claude-opus-4-7-20260416', 'claude-opus-4-7', 'api', '5 0.5 6.25 10 25'],
  ['anthropic.claude-opus-4-6-v1', 'claude-opus-4-6', 'inRegion', '5.5 0.55 6.875 11 27.5'],
  ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5', 'global', '5 0.5 6.25 10 25'],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1', 'geo', '15 1.5 18.75 30 75'],
  ['anthropic.claude-opus-4-20250514-v1:0', 'claude-opus-4', 'inRegion', '15 1.5 18.75 30 75'],
  ['us.anthropic.claude-sonnet-5-5', 'claude-sonnet-5-5', 'geo', '2.2 0.11 2.75 4.4 11'],
  ['global.anthropic.claude-sonnet-5', 'claude-sonnet-5', 'global', '2 0.2 2.5 4 10'],
  ['jp.anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6', 'geo', '3.3 0.33 4.125 6.6 16.5'],
  ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5', 'gov', '3.6 0.36 4.5 7.2 18'],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4', 'geo', '3 0.3 3.75 6 15'],
  ['global.anthropic.claude-haiku-5-5', 'claude-haiku-5-5', 'global', '0.1 0.01 0.125 0.2 0.5'],
  ['au.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5', 'geo', '1.1 0.11 1.375 2.2 5.5'],
  ['us.anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude-3-7-sonnet', 'geo', '3 0.3 3.75 6 15'],
  ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'claude-3-5-sonnet', 'inRegion', '3 0.3 3.75 6 15'],
  ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 'claude-3-5-haiku', 'geo', '0.8 0.08 1 1.6 4'],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'claude-3-haiku', 'inRegion', '0.25 0.03 0.3 0.5 1.25'],
  ['anthropic.claude-3-opus-20240229-v1:0', 'claude-3-opus', 'inRegion', '15 1.5 18.75 30 75'],
  ['anthropic.claude-3-sonnet-20240229-v1:0', 'claude-3-sonnet', 'inRegion', '3 - - - 15'],
  ['us.amazon.nova-micro-v1:0', 'amazon.nova-micro-v1', 'geo', '0.035 0.00875 0.035 - 0.14'],
  ['eu.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1', 'geo', '0.078 - - - 0.312'],
  ['apac.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1', 'geo', '0.84 - - - 3.36'],
  ['us.amazon.nova-premier-v1:0', 'amazon.nova-premier-v1', 'geo', '2.5 0.625 2.5 - 12.5'],
  ['us.amazon.nova-2-lite-v1:0', 'amazon.nova-2-lite-v1', 'geo', '0.33 0.0825 0.33 - 2.75'],
  ['amazon.titan-embed-text-v2:0', 'amazon.titan-embed-text-v2', 'inRegion', '0.02 - - - 0'],
  ['amazon.titan-embed-text-v1', 'amazon.titan-embed-text-v1', 'inRegion', '0.1 - - - 0'],
];

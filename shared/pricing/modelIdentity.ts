import { type PricedModel, type PriceRow, scheduleKey } from './compileModel.ts';
import type { EndpointScope, RegionGroup } from './endpoints.ts';

/**
 * Which model a logged id means and through which endpoint it was called. `model` is the price book's
 * name; of an unknown model it is the id without ARN head and endpoint prefix. `rows` are the prices of
 * that model and endpoint, of all dates and bands; none when the endpoint has no known price.
 */
export type ModelIdentity =
  | Readonly<{ isKnown: true; model: string; scope: EndpointScope; rows: readonly PriceRow[] }>
  | Readonly<{ isKnown: false; model: string; scope: EndpointScope }>;

/** All that a region says about a price. */
type Place = RegionGroup | 'gov' | 'elsewhere';

/** Identities that were already worked out, by place and then by id. */
export type IdentityMemo = Readonly<Record<Place, Map<string, ModelIdentity>>>;

/** The parts of a price book that models are looked up in. */
export type ModelIndex = Readonly<{
  bedrockModels: ReadonlyMap<string, PricedModel>;
  apiModels: ReadonlyMap<string, PricedModel>;
  /** A company's own ids (application inference profiles, aliases) and the id that each stands for. */
  profiles: ReadonlyMap<string, string>;
  identities: IdentityMemo;
}>;

/** Ids come from logs, so both their number and their length in memory are bounded. */
export const MAX_MEMO_ENTRIES = 1_024;
const MAX_MEMO_ID_LENGTH = 256;

type Endpoint = Readonly<{ scope: EndpointScope; place: Place }>;

/** Inference profile prefixes; Japan's and Australia's profiles have the prices of Asia and Pacific. */
const PREFIXES: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['us', { scope: 'geo', place: 'us' }],
  ['eu', { scope: 'geo', place: 'eu' }],
  ['apac', { scope: 'geo', place: 'apac' }],
  ['jp', { scope: 'geo', place: 'apac' }],
  ['au', { scope: 'geo', place: 'apac' }],
  ['ca', { scope: 'geo', place: 'elsewhere' }],
  ['us-gov', { scope: 'gov', place: 'gov' }],
  ['global', { scope: 'global', place: 'elsewhere' }],
]);

const ARN = /^arn:[^:]*:[^:]*:([^:]*):[^:]*:(.+)$/s;
/** The kinds of ARN whose last part is a model id; every other kind hides its model. */
const NAMES_MODEL = /^(?:foundation-model|inference-profile)\//;

export function emptyIdentityMemo(): IdentityMemo {
  return { us: new Map(), eu: new Map(), apac: new Map(), gov: new Map(), elsewhere: new Map() };
}

/**
 * Identifies a model by its exact id: a bare or prefixed Bedrock id, an ARN of one, an id of the
 * vendor's API, or an own id that an overlay maps to one of these. Never by a part of the id, because
 * prices differ between models of one generation.
 * `region` is where the request was sent; a region inside an ARN comes first.
 */
export function identifyModel(index: ModelIndex, modelId: string, region?: string): ModelIdentity {
  const place = placeOf(region);
  const memo = index.identities[place];
  const remembered = memo.get(modelId);
  if (remembered !== undefined) return remembered;
  const identity = resolveModel(index, modelId, place);
  if (modelId.length <= MAX_MEMO_ID_LENGTH) {
    if (memo.size >= MAX_MEMO_ENTRIES) memo.clear();
    memo.set(modelId, identity);
  }
  return identity;
}

/** The prefix of an inference profile, empty where an id has none, and the model's id after it. */
export function splitPrefix(id: string): readonly [prefix: string, base: string] {
  const prefix = id.slice(0, Math.max(0, id.indexOf('.')));
  return PREFIXES.has(prefix) ? [prefix, id.slice(prefix.length + 1)] : ['', id];
}

/** Every id of a model that a price book knows, own ids left out. */
export function idsOfModel({ bedrockModels, apiModels }: ModelIndex, model: PricedModel): string[] {
  return [...bedrockModels, ...apiModels].filter(([, owner]) => owner === model).map(([id]) => id);
}

function resolveModel(index: ModelIndex, modelId: string, calledPlace: Place): ModelIdentity {
  const apiModel = index.apiModels.get(modelId);
  if (apiModel !== undefined) return known(apiModel, { scope: 'api', place: 'elsewhere' });

  const arn = ARN.exec(modelId);
  const place = arn?.[1] ? placeOf(arn[1]) : calledPlace;
  // This ends: an overlay's target was known before its profiles were added, and its profiles were not.
  const target = index.profiles.get(modelId);
  if (target !== undefined) return resolveModel(index, target, place);
  const id = (arn?.[2] ?? modelId).replace(NAMES_MODEL, '');
  const [prefix, base] = splitPrefix(id);
  const endpoint = PREFIXES.get(prefix) ?? { scope: place === 'gov' ? 'gov' : 'inRegion', place };

  const model = index.bedrockModels.get(base);
  if (model !== undefined) return known(model, endpoint);
  // Bedrock's ids start with a vendor and a dot; the vendor's own do not.
  const scope = arn === null && id.startsWith('claude-') ? 'api' : endpoint.scope;
  return { isKnown: false, model: base, scope };
}

function known(model: PricedModel, { scope, place }: Endpoint): ModelIdentity {
  const group = place === 'gov' || place === 'elsewhere' ? undefined : place;
  const rows =
    model.schedules.get(scheduleKey(scope, group)) ?? model.schedules.get(scheduleKey(scope, undefined));
  return { isKnown: true, model: model.model, scope, rows: rows ?? [] };
}

function placeOf(region: string | undefined): Place {
  if (region === undefined) return 'elsewhere';
  if (region.startsWith('us-east-') || region.startsWith('us-west-')) return 'us';
  if (region.startsWith('eu-')) return 'eu';
  if (region.startsWith('ap-')) return 'apac';
  return region.startsWith('us-gov-') ? 'gov' : 'elsewhere';
}

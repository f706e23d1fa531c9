/** Claude's families, the way people speak of them; `instant` is of old. */
const CLAUDE_FAMILIES: ReadonlySet<string> = new Set([
  'opus',
  'sonnet',
  'haiku',
  'fable',
  'mythos',
  'instant',
]);

/** Parts of a Nova or Titan name that say which one it is; all others are versions. */
const AMAZON_MEMBERS: ReadonlySet<string> = new Set(['micro', 'lite', 'pro', 'premier', 'embed']);

/** Ids come from requests, so both their number and their length in memory are bounded. */
const MAX_KEPT = 1_024;
const MAX_ID_LENGTH = 256;

const EVERY_MODEL = '*';

type ModelNames = Readonly<{ model: string; family: string | undefined }>;

const kept = new Map<string, ModelNames>();

/**
 * The family of a model, in any spelling that logs and gateways have: `opus`, `sonnet`, `haiku`,
 * `nova-pro`, `titan-embed` …; `undefined` for a model of no known family. The words of the name decide, not
 * the letters in it.
 */
export function modelFamily(modelId: string): string | undefined {
  return namesOf(modelId).family;
}

/** Whether a pattern of a policy means a model: `*`, a family, or the model's own name in any spelling. */
export function matchesModel(pattern: string, modelId: string): boolean {
  if (pattern === EVERY_MODEL || pattern === modelId) return true;
  const { model, family } = namesOf(modelId);
  return pattern === family || namesOf(pattern).model === model;
}

/**
 * The name of a model without what only says where it is called: ARN head, endpoint prefix, vendor, release
 * date and revision. `us.anthropic.claude-sonnet-4-5-20250929-v1:0` is `claude-sonnet-4-5`.
 */
export function modelName(modelId: string): string {
  return namesOf(modelId).model;
}

function namesOf(modelId: string): ModelNames {
  const known = kept.get(modelId);
  if (known !== undefined) return known;
  const names = readNames(modelId.slice(0, MAX_ID_LENGTH));
  if (kept.size >= MAX_KEPT) kept.clear();
  if (modelId.length <= MAX_ID_LENGTH) kept.set(modelId, names);
  return names;
}

function readNames(modelId: string): ModelNames {
  const id = modelId.slice(modelId.lastIndexOf('/') + 1).toLowerCase();
  const model = id
    .slice(startOfName(id))
    .replace(/:\d+$/, '')
    .replace(/-v\d+$/, '')
    .replace(/[-@]\d{8}$/, '');
  return { model, family: familyOf(model) };
}

/** A name begins at its vendor's word; what stands before it, with a dot, says where the model is called. */
function startOfName(id: string): number {
  const at = id.search(/(?:claude|nova|titan)-/);
  return at > 0 && id[at - 1] === '.' ? at : 0;
}

function familyOf(model: string): string | undefined {
  const [vendor, ...words] = model.split('-');
  if (vendor === 'claude') return words.find((word) => CLAUDE_FAMILIES.has(word));
  if (vendor !== 'nova' && vendor !== 'titan') {
    return words.length === 0 && CLAUDE_FAMILIES.has(model) ? model : undefined;
  }
  const member = words.find((word) => AMAZON_MEMBERS.has(word));
  return member === undefined ? undefined : `${vendor}-${member}`;
}

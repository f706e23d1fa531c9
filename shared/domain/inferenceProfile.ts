/**
 * Application inference profiles of Amazon Bedrock: a company's own name for a model, whose ARN does not
 * say which model it is. What a profile stands for never changes; another model needs another profile.
 */
const APPLICATION_PROFILE =
  /^arn:aws[a-z-]*:bedrock:([a-z0-9-]+):\d{12}:application-inference-profile\/[\w.:-]+$/;

const FOUNDATION_MODEL = /^arn:aws[a-z-]*:bedrock:([a-z0-9-]*):[^:/]*:foundation-model\/(.+)$/;

/** Prefixes of the ids of inference profiles, by how the regions they route to begin. */
const GEOGRAPHIES = [
  ['us-gov-', 'us-gov'],
  ['us-', 'us'],
  ['eu-', 'eu'],
  ['ap-', 'apac'],
  ['ca-', 'ca'],
] as const;

/** The answer to the question which model a profile stands for. */
export type ProfileAnswer =
  /** ARNs of its foundation models, one for each region that it routes to. */
  | Readonly<{ kind: 'found'; modelArns: readonly string[] }>
  /** It will be the same for a while: no right to ask, no such profile, or a profile of another region. */
  | Readonly<{ kind: 'refused'; reason: string }>
  /** Asking went wrong and may go right the next time. */
  | Readonly<{ kind: 'failed'; reason: string }>;

/** The region of an application inference profile; `undefined` for any other model id. */
export function applicationProfileRegion(modelId: string): string | undefined {
  return APPLICATION_PROFILE.exec(modelId)?.[1];
}

/**
 * The model id that a profile of these foundation models stands for, from which its price follows: one
 * region is that region's model, several are the geographic profile of the same model, and an ARN without a
 * region is how a global profile is told. `undefined` where the endpoint cannot be told: a price is not guessed.
 * Source: Amazon Bedrock user guide, "Inference profiles" and "Geographic and global cross-Region inference".
 */
export function modelOfProfile(modelArns: readonly string[]): string | undefined {
  const regions = new Set<string>();
  const models = new Set<string>();
  for (const arn of modelArns) {
    const [, region, model] = FOUNDATION_MODEL.exec(arn) ?? [];
    if (region === undefined || model === undefined) return undefined;
    regions.add(region);
    models.add(model);
  }
  const [model, ...otherModels] = models;
  if (model === undefined || otherModels.length > 0) return undefined;
  if (regions.has('')) return `global.${model}`;
  if (regions.size === 1) return modelArns[0];
  const prefix = geographyOf([...regions]);
  return prefix === undefined ? undefined : `${prefix}.${model}`;
}

function geographyOf(regions: readonly string[]): string | undefined {
  const prefixes = regions.map((region) => GEOGRAPHIES.find(([start]) => region.startsWith(start))?.[1]);
  const [first] = prefixes;
  return prefixes.every((prefix) => prefix === first) ? first : undefined;
}

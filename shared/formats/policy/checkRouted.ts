import { CAPABILITIES } from '../../domain/policy/capabilities.ts';
import { modelName } from '../../domain/policy/modelFamily.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import type { Draft } from './draft.ts';
import type { Notes } from './notes.ts';

/** A routing rule names the model that is called: no gateway calls a family, and a retired model answers nobody. */
export function checkRouted({ routing }: Draft, notes: Notes): void {
  if (routing === undefined) return;
  const { value, path } = routing;
  const check = (model: string, place: readonly (string | number)[]) => {
    if (KNOWN.includes(modelName(model))) return;
    const hint = didYouMean(model, KNOWN);
    notes.warn(place, `${model} is not among the models that Tollbook knows as still in use${hint}`);
  };
  for (const [index, { model }] of value.rules.entries()) check(model, [...path, 'rules', index, 'model']);
  if (value.fallback !== undefined) check(value.fallback.model, [...path, 'default', 'model']);
}

const KNOWN = CAPABILITIES.map(({ model }) => model);

import { modelFamily } from '../../domain/policy/modelFamily.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import type { Draft } from './draft.ts';
import type { Notes, Path } from './notes.ts';

/** For suggestions; what a family is says `modelFamily`. */
const FAMILIES = [
  'opus',
  'sonnet',
  'haiku',
  'fable',
  'mythos',
  'nova-micro',
  'nova-lite',
  'nova-pro',
  'nova-premier',
];

/**
 * Names of models that mean none that is known: the rule would hold for nothing, and nobody would see it. A
 * company's own aliases are known to its prices alone, so this is no mistake.
 */
export function checkModels({ budgets, access, scrutiny, hours }: Draft, notes: Notes): void {
  const check = (model: string | undefined, path: Path) => {
    if (model === undefined || model === '*' || modelFamily(model) !== undefined) return;
    notes.warn(path, `${model} is no model or family that is known here${didYouMean(model, FAMILIES)}`);
  };
  for (const { value, path } of budgets) {
    const name = value.filter.modelFamily;
    const family = name && modelFamily(name);
    check(name, [...path, 'only', 'model']);
    if (family !== undefined && family !== name) {
      notes.mistake(
        [...path, 'only', 'model'],
        `a budget counts a family of models, not ${name}; write ${family}`,
      );
    }
  }
  for (const { value, path, renamed } of access) {
    for (const [index, { models }] of value.entries.entries()) {
      for (const model of models) check(model, [...path, 'allow', renamed?.get(index) ?? index]);
    }
  }
  for (const { value, path } of [...scrutiny, ...hours]) {
    for (const [index, model] of value.models.entries()) check(model, [...path, 'models', index]);
  }
}

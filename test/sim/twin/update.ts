import { type Attribute, type Item, integerOf, numberAttribute } from './attributes.ts';
import { attributeName, type Bindings, boundValue, memoised, Tokens } from './expression.ts';
import { TwinGap, validationFailure } from './failures.ts';

/** One change of one attribute; `undefined` removes it. It sees the item as it was before the update. */
type Action = Readonly<{
  path: string;
  value: (before: Item, bindings: Bindings) => Attribute | undefined;
}>;

export type Update = Readonly<{ actions: readonly Action[] }> & Pick<Tokens, 'usedNames' | 'usedValues'>;

/** Compiles an update: SET (with if_not_exists, + and -), ADD of numbers, and REMOVE. */
export const compileUpdate = memoised((text: string): Update => {
  const tokens = new Tokens(text);
  const actions: Action[] = [];
  while (!tokens.isAtEnd) {
    const clause = CLAUSES[tokens.take().toUpperCase()];
    if (clause === undefined) throw new TwinGap(`the twin does not know the update "${text}"`);
    do actions.push(clause(tokens));
    while (tokens.takeIf(','));
  }
  return { actions, usedNames: tokens.usedNames, usedValues: tokens.usedValues };
});

/** The item after the update; the key is not among what an update may change. */
export function applyUpdate({ actions }: Update, before: Item, bindings: Bindings): Item {
  const after: Record<string, Attribute> = { ...before };
  const seen = new Set<string>();
  for (const { path, value } of actions) {
    const name = attributeName(path, bindings);
    if (name === 'pk' || name === 'sk')
      throw validationFailure(`Cannot update attribute ${name}. This attribute is part of the key`);
    if (seen.has(name)) throw validationFailure(`Two document paths overlap with each other: [${name}]`);
    seen.add(name);
    const changed = value(before, bindings);
    if (changed === undefined) delete after[name];
    else after[name] = changed;
  }
  return after;
}

type Value = (before: Item, bindings: Bindings) => Attribute;

const CLAUSES: Readonly<Record<string, (tokens: Tokens) => Action>> = {
  SET(tokens) {
    const path = tokens.take();
    tokens.expect('=');
    return { path, value: readSum(tokens) };
  },
  ADD(tokens) {
    const path = tokens.take();
    const added = tokens.take();
    return {
      path,
      value: (before, bindings) =>
        sum(before[attributeName(path, bindings)] ?? { N: '0' }, boundValue(added, bindings), 1n),
    };
  },
  REMOVE(tokens) {
    return { path: tokens.take(), value: () => undefined };
  },
};

function readSum(tokens: Tokens): Value {
  const left = readValue(tokens);
  const sign = tokens.takeIf('+') ? 1n : tokens.takeIf('-') ? -1n : undefined;
  if (sign === undefined) return left;
  const right = readValue(tokens);
  return (before, bindings) => sum(left(before, bindings), right(before, bindings), sign);
}

function readValue(tokens: Tokens): Value {
  if (tokens.takeIf('IF_NOT_EXISTS')) {
    tokens.expect('(');
    const path = tokens.take();
    tokens.expect(',');
    const otherwise = readValue(tokens);
    tokens.expect(')');
    return (before, bindings) => before[attributeName(path, bindings)] ?? otherwise(before, bindings);
  }
  const token = tokens.take();
  if (token.startsWith(':')) return (_before, bindings) => boundValue(token, bindings);
  return (before, bindings) => {
    const value = before[attributeName(token, bindings)];
    if (value === undefined)
      throw validationFailure(
        'The provided expression refers to an attribute that does not exist in the item',
      );
    return value;
  };
}

function sum(a: Attribute, b: Attribute, sign: 1n | -1n): Attribute {
  const [x, y] = [integerOf(a), integerOf(b)];
  if (x === undefined || y === undefined) {
    throw validationFailure('An operand in the update expression has an incorrect data type');
  }
  return numberAttribute(x + sign * y);
}

import { type Attribute, areEqual, compareAttributes, type Item } from './attributes.ts';
import { attributeName, type Bindings, boundValue, memoised, Tokens } from './expression.ts';
import { TwinGap, validationFailure } from './failures.ts';

/** Whether an item (an empty one where there is none) meets a condition. */
type Test = (item: Item, bindings: Bindings) => boolean;
type Operand = (item: Item, bindings: Bindings) => Attribute | undefined;

export type Condition = Readonly<{
  test: Test;
  usedNames: ReadonlySet<string>;
  usedValues: ReadonlySet<string>;
}> &
  Pick<Tokens, 'usedNames' | 'usedValues'>;

/** Compiles a condition: comparisons, BETWEEN, attribute_exists and attribute_not_exists, AND, OR, brackets. */
export const compileCondition = memoised((text: string): Condition => {
  const tokens = new Tokens(text);
  const test = readOr(tokens);
  if (!tokens.isAtEnd) throw new TwinGap(`the twin cannot read "${text}" from "${tokens.peek()}"`);
  return { test, usedNames: tokens.usedNames, usedValues: tokens.usedValues };
});

function readOr(tokens: Tokens): Test {
  let test = readAnd(tokens);
  while (tokens.takeIf('OR')) {
    const [left, right] = [test, readAnd(tokens)];
    test = (item, bindings) => left(item, bindings) || right(item, bindings);
  }
  return test;
}

function readAnd(tokens: Tokens): Test {
  let test = readTerm(tokens);
  while (tokens.takeIf('AND')) {
    const [left, right] = [test, readTerm(tokens)];
    test = (item, bindings) => left(item, bindings) && right(item, bindings);
  }
  return test;
}

function readTerm(tokens: Tokens): Test {
  if (tokens.takeIf('(')) {
    const test = readOr(tokens);
    tokens.expect(')');
    return test;
  }
  if (tokens.takeIf('ATTRIBUTE_EXISTS')) return readExistence(tokens, true);
  if (tokens.takeIf('ATTRIBUTE_NOT_EXISTS')) return readExistence(tokens, false);
  return readComparison(tokens);
}

function readExistence(tokens: Tokens, isWanted: boolean): Test {
  tokens.expect('(');
  const path = tokens.take();
  tokens.expect(')');
  return (item, bindings) => (item[attributeName(path, bindings)] !== undefined) === isWanted;
}

function readComparison(tokens: Tokens): Test {
  const left = readOperand(tokens);
  if (tokens.takeIf('BETWEEN')) {
    const low = readOperand(tokens);
    tokens.expect('AND');
    const high = readOperand(tokens);
    const isOrdered = ordered((order) => order <= 0);
    return (item, bindings) =>
      isOrdered(low(item, bindings), left(item, bindings)) &&
      isOrdered(left(item, bindings), high(item, bindings));
  }
  const compare = COMPARE[tokens.take()];
  if (compare === undefined) throw new TwinGap('the twin does not know this comparison');
  const right = readOperand(tokens);
  return (item, bindings) => compare(left(item, bindings), right(item, bindings));
}

function readOperand(tokens: Tokens): Operand {
  const token = tokens.take();
  if (token.startsWith(':')) return (_item, bindings) => boundValue(token, bindings);
  if (!/^[#\w]/.test(token) || tokens.peek() === '(') throw new TwinGap(`the twin does not know ${token}`);
  return (item, bindings) => item[attributeName(token, bindings)];
}

type Comparison = (a: Attribute | undefined, b: Attribute | undefined) => boolean;

/** A comparison with an attribute that is not there, or of another kind, is false. */
function ordered(isRight: (order: number) => boolean): Comparison {
  return (a, b) => {
    const order = a === undefined || b === undefined ? undefined : compareAttributes(a, b);
    return order !== undefined && isRight(order);
  };
}

const COMPARE: Readonly<Record<string, Comparison>> = {
  '=': (a, b) => a !== undefined && b !== undefined && areEqual(a, b),
  '<>': (a, b) => a === undefined || b === undefined || !areEqual(a, b),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
};

/** A key condition names the partition with `=` and, if it likes, bounds the sort key. */
export function partitionOf(expression: string, bindings: Bindings): string {
  const match = /^\s*(#?\w+)\s*=\s*(:\w+)(?:\s+AND\s|\s*$)/i.exec(expression);
  const [, path = '', value = ''] = match ?? [];
  if (match === null || attributeName(path, bindings) !== 'pk') {
    throw new TwinGap(`the twin does not know the key condition "${expression}"`);
  }
  const pk = boundValue(value, bindings).S;
  if (pk === undefined) throw validationFailure('The partition key must be text');
  return pk;
}

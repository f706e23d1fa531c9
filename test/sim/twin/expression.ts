import { TwinGap, validationFailure } from './failures.ts';

const TOKEN = /\s*(#\w+|:\w+|[A-Za-z_]\w*|<=|>=|<>|[=<>(),+-])/y;

/** What an expression's names and values stand for. */
export type Bindings = Readonly<{
  names: Readonly<Record<string, string>>;
  values: Readonly<Record<string, import('./attributes.ts').Attribute>>;
}>;

/** Reads an expression token by token, and notes which placeholders it uses. */
export class Tokens {
  readonly usedNames = new Set<string>();
  readonly usedValues = new Set<string>();
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match?.[1] === undefined) throw new TwinGap(`the twin cannot read "${text.slice(at)}"`);
      this.#tokens.push(match[1]);
    }
  }

  get isAtEnd(): boolean {
    return this.#next === this.#tokens.length;
  }

  peek(): string {
    return this.#tokens[this.#next] ?? '';
  }

  take(): string {
    const token = this.peek();
    if (token === '') throw validationFailure('Invalid expression: it ends too early');
    this.#next += 1;
    if (token.startsWith('#')) this.usedNames.add(token);
    if (token.startsWith(':')) this.usedValues.add(token);
    return token;
  }

  /** Takes the next token if it is this word, whatever its case. */
  takeIf(word: string): boolean {
    if (this.peek().toUpperCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.takeIf(word)) throw new TwinGap(`the twin expected ${word} and met "${this.peek()}"`);
  }
}

/** DynamoDB refuses placeholders that no expression of the request uses. */
export function refuseUnused(
  bindings: Bindings,
  used: readonly Pick<Tokens, 'usedNames' | 'usedValues'>[],
): void {
  for (const name of Object.keys(bindings.names)) {
    if (!used.some(({ usedNames }) => usedNames.has(name))) {
      throw validationFailure(
        `Value provided in ExpressionAttributeNames unused in expressions: keys: {${name}}`,
      );
    }
  }
  for (const value of Object.keys(bindings.values)) {
    if (!used.some(({ usedValues }) => usedValues.has(value))) {
      throw validationFailure(
        `Value provided in ExpressionAttributeValues unused in expressions: keys: {${value}}`,
      );
    }
  }
}

/** The attribute that a name or its placeholder means. */
export function attributeName(token: string, { names }: Bindings): string {
  if (!token.startsWith('#')) return token;
  const name = names[token];
  if (name === undefined) throw validationFailure(`An expression attribute name is not defined: ${token}`);
  return name;
}

export function boundValue(token: string, { values }: Bindings) {
  const value = values[token];
  if (value === undefined) throw validationFailure(`An expression attribute value is not defined: ${token}`);
  return value;
}

/** Expressions are few and come back all the time, so each is compiled once. */
export function memoised<Compiled>(compile: (text: string) => Compiled): (text: string) => Compiled {
  const known = new Map<string, Compiled>();
  return (text) => {
    const compiled = known.get(text) ?? compile(text);
    known.set(text, compiled);
    return compiled;
  };
}

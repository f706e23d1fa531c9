/** The token classes of one request. Disjoint: they add up, and each has a price of its own. */
export const TOKEN_CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** Token counts by class. `input` is what was not cached; thinking tokens are a part of `output`. */
export type Tokens = Readonly<Record<TokenClass, number>>;

export const NO_TOKENS: Tokens = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };

/** Prompt length as price bands count it: everything that was sent, cached or not. */
export function promptTokens(tokens: Tokens): number {
  return tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
}

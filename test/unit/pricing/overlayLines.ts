/** Overlays as people write them, line by line, so that tests can say in which line a mistake is. */

export const SOURCES = `currency: USD
sources:
  contract: { title: Private offer, checked: 2026-10-01 }
`;

/** An own price of Sonnet 5.5 in seven lines, the first of them after `above` lines. */
export function priceLines(changes: Readonly<Record<string, string>> = {}): string {
  const parts = {
    model: 'claude-sonnet-5-5',
    scope: 'global',
    from: '2026-11-01',
    to: '2027-01-01',
    usdPerMillion: '{ input: 2, cacheRead: 0.1, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
    source: 'contract',
    ...changes,
  };
  const lines = Object.entries(parts).map(([key, value]) => `${key}: ${value}`);
  return `  - ${lines.join('\n    ')}\n`;
}

export const prices = (...entries: readonly string[]) => `${SOURCES}prices:\n${entries.join('')}`;
export const rates = (changes: Readonly<Record<string, string>>) => {
  const all = {
    input: '2',
    cacheRead: '0.1',
    cacheWrite5m: '2.5',
    cacheWrite1h: '4',
    output: '10',
    ...changes,
  };
  const given = Object.entries(all).filter(([, value]) => value !== '');
  return priceLines({ usdPerMillion: `{ ${given.map((pair) => pair.join(': ')).join(', ')} }` });
};
export const discounts = (...entries: readonly string[]) => `${SOURCES}discounts:\n${entries.join('\n')}\n`;
export const discount = (models: string, rest: string) =>
  `  - { models: [${models}], ${rest}, source: contract }`;
export const profiles = (entry: string) => `${SOURCES}profiles:\n  ${entry}\n`;

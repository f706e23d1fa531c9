/** How often what happened in a simulation, by name; it is printed with the verdict. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, this.of(name) + count);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Names that begin with `prefix`, with their counts, in text order. */
  starting(prefix: string): readonly (readonly [name: string, count: number])[] {
    return [...this.#counts].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** The promises, by the numbers of docs/proof.md. */
export type Invariant =
  | '1 sums'
  | '2 once'
  | '3 same books'
  | '4 n never falls'
  | '4 sealed stays'
  | '5 rebuild'
  | '6 expiry'
  | '7 revised, not added'
  | '8 one alert'
  | '9 hard budget'
  | 'settles';

/** A promise that was broken, and where. */
export type Violation = Readonly<{ invariant: Invariant; detail: string; step: number }>;

/** A simulation ends at its first violations: more than a few tell nothing new. */
export class Violations {
  readonly #found: Violation[] = [];
  readonly #step: () => number;

  constructor(step: () => number) {
    this.#step = step;
  }

  get found(): readonly Violation[] {
    return this.#found;
  }

  add(invariant: Invariant, detail: string): void {
    if (this.#found.length < MAX_FOUND) this.#found.push({ invariant, detail, step: this.#step() });
  }
}

const MAX_FOUND = 20;

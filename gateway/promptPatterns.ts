import type { Policy } from '../shared/domain/policy/policy.ts';
import type { PromptSearch } from '../shared/domain/policy/router.ts';
import type { RoutingRules } from '../shared/domain/policy/routing.ts';

/** Makes the search for the patterns of a policy; a RangeError says that it cannot. */
export type MakePromptSearch = (routing: RoutingRules) => PromptSearch;

/** The patterns of the policy's routing rules, compiled once for each policy and only where prompts are given. */
export class PromptPatterns {
  readonly #makeSearch: MakePromptSearch | undefined;
  #policy: Policy | undefined;
  #search: PromptSearch | undefined;

  constructor(makeSearch: MakePromptSearch | undefined) {
    this.#makeSearch = makeSearch;
  }

  /** Whether the prompt has a pattern; `undefined` where nothing can be said. Nothing of the prompt is kept. */
  of(policy: Policy, prompt: string | undefined): ((pattern: string) => boolean) | undefined {
    if (prompt === undefined || policy.routing === undefined) return undefined;
    if (policy !== this.#policy) {
      this.#search = this.#searchOf(policy.routing);
      this.#policy = policy;
    }
    return this.#search?.(prompt);
  }

  /** Patterns that a later version of the ledger allows and this matcher does not must stop no request. */
  #searchOf(routing: RoutingRules): PromptSearch | undefined {
    try {
      return this.#makeSearch?.(routing);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

import type { DecisionRequest, Estimate, Remaining } from './decision.ts';

/** What a suggested model must keep to. */
export type SuggestionRoom = Readonly<{
  /**
   * Whether the same request would go at once with another model; with `estimate` when that is known to
   * cost something else, with the request's own otherwise.
   */
  isAllowed(model: string, estimate?: Estimate): boolean;
  /** What is left for the model that was asked for. */
  remaining: Remaining;
}>;

/** Names a cheaper model that may do for a request that was refused or slowed; nothing when none would. */
export type Suggest = (request: DecisionRequest, room: SuggestionRoom) => string | undefined;

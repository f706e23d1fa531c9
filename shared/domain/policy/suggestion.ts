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
  /** The model that the policy's routing rules name for this request; absent where that is the one asked for. */
  routed?: string;
  /** False for a request that may go as it is: only a rule may name another model for it. */
  isHeld: boolean;
}>;

/** Names a model that would do better for a request: one that a rule names, or a cheaper one; nothing when none would. */
export type Suggest = (request: DecisionRequest, room: SuggestionRoom) => string | undefined;

/** Suggests what the policy's rules name and nothing else, with the request's own estimate. */
export const followRoute: Suggest = (_request, { routed, isAllowed }) =>
  routed !== undefined && isAllowed(routed) ? routed : undefined;

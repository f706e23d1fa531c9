/**
 * What `tollbook/gateway/prompts` offers: looking for the patterns of routing rules in prompts. It is apart from the
 * rest because its matcher, whose time grows with the length of the text and no faster, is larger than all of that.
 */

export {
  makePromptSearch,
  makeRouter,
  type PromptSearch,
  type Router,
} from '../shared/domain/policy/router.ts';
export type { Route, RoutingFeatures, RoutingRules } from '../shared/domain/policy/routing.ts';

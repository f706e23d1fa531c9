import type { Decision } from '../../shared/domain/policy/decision.ts';
import { conditionText } from '../../shared/domain/policy/policyText.ts';
import type { Route, RoutingRules } from '../../shared/domain/policy/routing.ts';
import { formatCount } from './table.ts';

export type RoutingReport = Readonly<{
  /** What was asked for. */
  model: string;
  /** The rules that were tried; absent in a policy without any. */
  routing: RoutingRules | undefined;
  route: Route | undefined;
  decision: Decision;
}>;

/** Which rule decides, whether the request may go as it is, and what is suggested instead. */
export function formatRouting(report: RoutingReport): string {
  const { model, decision } = report;
  const { action, message, suggestedModel } = decision;
  return [
    ...routeLines(report),
    `${model}: ${action}, ${message}`,
    suggestedModel === undefined ? 'nothing is suggested' : `suggested: ${suggestedModel}`,
  ].join('\n');
}

function routeLines({ routing, route }: RoutingReport): string[] {
  if (routing === undefined) return ['the policy has no routing rules'];
  if (route === undefined) return ['no rule holds, as far as they can be tried with what is stated'];
  const goal = `${route.model}, ${formatCount(route.maxTokens)} tokens`;
  const rule = route.rule === undefined ? undefined : routing.rules[route.rule];
  if (route.rule === undefined || rule === undefined) return [`no rule holds, so the default does: ${goal}`];
  const others = route.alsoMatched.map((index) => index + 1).join(', ');
  return [
    `rule ${route.rule + 1} (${conditionText(rule)}): ${goal}`,
    ...(others === '' ? [] : [`later rules that hold too: ${others}`]),
  ];
}

/** Rules are numbered from 1, as the text does. */
export function routingJson({ model, route, decision }: RoutingReport) {
  const { action, message, suggestedModel } = decision;
  const found = route && {
    ...(route.rule === undefined ? {} : { rule: route.rule + 1 }),
    ...(route.pattern === undefined ? {} : { pattern: route.pattern }),
    model: route.model,
    maxTokens: route.maxTokens,
    alsoMatched: route.alsoMatched.map((index) => index + 1),
  };
  return {
    model,
    ...(found && { route: found }),
    action,
    message,
    ...(suggestedModel && { suggestedModel }),
  };
}

import { DEFAULT_ALERT_POLICY } from '../alerts/alertPolicy.ts';
import { factsOfAlerts } from '../alerts/factsOfAlerts.ts';
import { displayUsd, formatUsd } from '../money.ts';
import type { BudgetRule, BurstRule, HoursRule, ModelAccessList, Policy, Scrutiny } from './policy.ts';
import { actionText, clockText, conditionText, limitText, rungText } from './policyText.ts';
import type { RoutingRules, RoutingTarget } from './routing.ts';
import { targetName } from './ruleNames.ts';

/** What a rule says, fact by fact, in words: two rules with the same facts are the same rule. */
export type Facts = ReadonlyMap<string, string>;

export type RuleFacts = Readonly<{ section: string; id: string; facts: Facts }>;

/** Every rule of a policy. */
export function factsOfPolicy(policy: Policy): RuleFacts[] {
  const { breaker, routing, overflow, failure } = policy;
  const one = (section: string, facts: Readonly<Record<string, string>>): RuleFacts => ({
    section,
    id: '',
    facts: new Map(Object.entries(facts)),
  });
  return [
    ...policy.budgets.map((rule) => ({ section: 'budget', id: rule.id, facts: budgetFacts(rule) })),
    ...policy.bursts.map((rule) => ({ section: 'burst', id: rule.id, facts: burstFacts(rule) })),
    ...policy.access.map((list) => ({
      section: 'models',
      id: targetName(list.target),
      facts: accessFacts(list),
    })),
    ...policy.scrutiny.map((rule) => ({
      section: 'scrutiny',
      id: rule.models.join(', '),
      facts: scrutinyFacts(rule),
    })),
    ...policy.hours.map((rule) => ({ section: 'hours', id: rule.id, facts: hoursFacts(rule) })),
    ...(breaker === undefined
      ? []
      : [
          one('breaker', {
            emergency: `${formatUsd(breaker.emergencyPicoUsd)} USD a day`,
            open: `${formatUsd(breaker.openPicoUsd)} USD a day`,
            'time zone': breaker.timeZone,
          }),
        ]),
    ...(routing === undefined ? [] : [{ section: 'routing', id: '', facts: routingFacts(routing) }]),
    one('overflow', {
      automatic: `${overflow.autoPercent}%`,
      approvers: overflow.approvers.join(', ') || 'nobody',
      longest: `${overflow.maxDays} days`,
    }),
    one('without a budget', { answer: policy.withoutBudget }),
    one('failure', { mode: failure.mode, 'oldest snapshot': `${failure.maxAgeSeconds}s` }),
    ...factsOfAlerts(policy.alerts ?? DEFAULT_ALERT_POLICY),
  ];
}

function budgetFacts({ target, period, limit, filter, ladder, isHard }: BudgetRule): Facts {
  const { modelFamily, operation, entrypoint } = filter;
  return facts([
    ['limit', `${readable(limit)} a ${period.unit}`],
    ['for', targetName(target)],
    ['time zone', period.timeZone],
    ['counted', limit.measure === 'tokens' && limit.counted.join(', ')],
    ['model', modelFamily],
    ['operation', operation],
    ['entrypoint', entrypoint],
    ...ladder.map((rung, index) => [`rung ${index + 1}`, rungText(rung)] as const),
    ['hard', isHard && 'yes'],
  ]);
}

/** Money with cents where that is exact. */
function readable(limit: BudgetRule['limit']): string {
  if (limit.measure === 'usd')
    return limit.amount % 10n ** 10n === 0n ? displayUsd(limit.amount) : limitText(limit);
  return `${limit.amount.toString().replace(/\B(?=(\d{3})+$)/g, ',')} ${limit.measure}`;
}

function burstFacts({ target, limit, windowSeconds, action, counting, message }: BurstRule): Facts {
  return facts([
    ['limit', `${limit} requests per ${windowSeconds}s`],
    ['for', targetName(target)],
    ['action', actionText(action)],
    ['counting', counting],
    ['message', message],
  ]);
}

function accessFacts({ entries }: ModelAccessList): Facts {
  return facts(
    entries.map(({ models, users, roles }, index) => {
      const who = [users && `users ${users.join(', ')}`, roles && `roles ${roles.join(', ')}`].filter(
        Boolean,
      );
      return [`entry ${index + 1}`, `${models.join(', ')} for ${who.join(' and ') || 'all'}`];
    }),
  );
}

function scrutinyFacts({ percentOfThreshold }: Scrutiny): Facts {
  return facts([['thresholds at', `${percentOfThreshold}%`]]);
}

function hoursFacts(rule: HoursRule): Facts {
  return facts([
    ['for', targetName(rule.target)],
    ['models', rule.models.join(', ')],
    ['days', rule.days.join(', ')],
    ['hours', `${clockText(rule.startMinute)} to ${clockText(rule.endMinute)}`],
    ['time zone', rule.timeZone],
    ['holidays', rule.holidays.join(', ')],
    ['message', rule.message],
  ]);
}

/** Numbered, because the first rule that holds decides. */
function routingFacts({ rules, fallback }: RoutingRules): Facts {
  const goal = ({ model, maxTokens }: RoutingTarget) => `${model}, ${maxTokens} tokens`;
  return facts([
    ...rules.map((rule, index) => [`rule ${index + 1}`, `${conditionText(rule)} to ${goal(rule)}`] as const),
    ['default', fallback && goal(fallback)],
  ]);
}

function facts(pairs: readonly (readonly [string, string | false | undefined])[]): Facts {
  return new Map(pairs.filter((pair): pair is readonly [string, string] => Boolean(pair[1])));
}

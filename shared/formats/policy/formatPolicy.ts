import { stringify } from 'yaml';
import { formatUsd } from '../../domain/money.ts';
import type {
  BudgetRule,
  BurstRule,
  HoursRule,
  ModelAccessList,
  Policy,
  Rung,
  Target,
} from '../../domain/policy/policy.ts';
import { actionText, clockText, limitText } from '../../domain/policy/policyText.ts';
import type { RoutingRules } from '../../domain/policy/routing.ts';
import { WEEKDAYS } from '../../domain/weekdays.ts';
import type { DirectoryPerson } from './draft.ts';
import { alertSections } from './formatAlerts.ts';

/**
 * Writes a policy as Tollbook's YAML. Reading it gives the same policy: every id and every rung is
 * written out, whatever short form it was read from.
 */
export function formatPolicy(policy: Policy, directory: readonly DirectoryPerson[] = []): string {
  const { budgets, bursts, access, scrutiny, hours, breaker, routing, overflow, failure } = policy;
  const sections = {
    version: '1',
    budgets: budgets.map(budgetEntry),
    bursts: bursts.map(burstEntry),
    models: access.map(accessEntry),
    scrutiny: scrutiny.map(({ models, percentOfThreshold }) => ({
      models,
      thresholdsAt: `${percentOfThreshold}%`,
    })),
    hours: hours.map(hoursEntry),
    breaker: breaker && {
      emergency: `${formatUsd(breaker.emergencyPicoUsd)} USD`,
      open: `${formatUsd(breaker.openPicoUsd)} USD`,
      timeZone: breaker.timeZone,
    },
    routing: routing && routingEntry(routing),
    overflow: {
      automatic: `${overflow.autoPercent}%`,
      approvers: overflow.approvers,
      longest: `${overflow.maxDays} days`,
    },
    withoutBudget: policy.withoutBudget,
    failure: { mode: failure.mode, maxAge: `${failure.maxAgeSeconds}s` },
    ...alertSections(policy.alerts),
    directory: Object.fromEntries(directory.map(({ user, ...person }) => [user, person])),
  };
  const isEmpty = (section: unknown) =>
    typeof section === 'object' && Object.keys(section ?? {}).length === 0;
  const filled = Object.entries(sections).filter(([, section]) => section !== undefined && !isEmpty(section));
  // Every value is a text to the reader, so nothing may be folded or turned into an alias of its twin.
  return stringify(Object.fromEntries(filled), { lineWidth: 0, aliasDuplicateObjects: false });
}

function budgetEntry({ id, target, period, limit, filter, ladder, isHard }: BudgetRule): object {
  const { modelFamily, operation, entrypoint } = filter;
  const only = given({ model: modelFamily, operation, entrypoint });
  return given({
    ...targetEntry(target),
    id,
    [period.unit]: limitText(limit),
    counted: limit.measure === 'tokens' ? limit.counted : undefined,
    timeZone: period.timeZone,
    only: Object.keys(only).length === 0 ? undefined : only,
    ladder: ladder.map(rungEntry),
    hard: isHard ? 'true' : undefined,
  });
}

function rungEntry({ percent, action, message, header, notify, raisesMonitoring }: Rung): object {
  return given({
    at: `${percent}%`,
    do: actionText(action),
    say: message,
    header: header && `${header.name}: ${header.value}`,
    tell: notify.length === 0 ? undefined : notify,
    raiseMonitoring: raisesMonitoring ? 'true' : undefined,
  });
}

function burstEntry({ id, target, limit, windowSeconds, action, counting, message }: BurstRule): object {
  const rate = `${limit} per ${windowSeconds}s`;
  return given({ ...targetEntry(target), id, limit: rate, do: actionText(action), counting, say: message });
}

function accessEntry({ target, entries }: ModelAccessList): object {
  return { ...targetEntry(target), allow: entries };
}

function hoursEntry(rule: HoursRule): object {
  const { id, target, models, timeZone, days, startMinute, endMinute, holidays, message } = rule;
  return given({
    ...targetEntry(target),
    id,
    models,
    days: days.map((day) => WEEKDAYS[day - 1]),
    from: clockText(startMinute),
    to: clockText(endMinute),
    timeZone,
    holidays: holidays.length === 0 ? undefined : holidays,
    say: message,
  });
}

function routingEntry({ rules, fallback }: RoutingRules): object {
  return given({
    rules: rules.map(({ model, maxTokens, maxPromptTokens, ...conditions }) =>
      given({ ...conditions, max_prompt_tokens: maxPromptTokens, model, max_tokens: maxTokens }),
    ),
    default: fallback && { model: fallback.model, max_tokens: fallback.maxTokens },
  });
}

function targetEntry(target: Target): Readonly<Record<string, string>> {
  switch (target.kind) {
    case 'org':
      return { org: 'true' };
    case 'one':
      return { [target.scope]: target.id };
    case 'each':
      return { [target.scope]: '*' };
    case 'tier':
    case 'role':
      return { [target.kind]: target.id };
    default:
      return target satisfies never;
  }
}

function given(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

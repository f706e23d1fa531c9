import type {
  AlertChannel,
  AlertPolicy,
  AlertRoute,
  ChannelTarget,
} from '../../domain/alerts/alertPolicy.ts';
import {
  digestTexts,
  quietHoursTexts,
  recipientText,
  ruleTexts,
  targetTexts,
} from '../../domain/alerts/alertPolicyText.ts';
import { definedOnly } from '../../domain/definedOnly.ts';
import { formatUsd } from '../../domain/money.ts';
import { BUDGET_SCOPES } from '../../domain/policy/policy.ts';
import { WEEKDAYS } from '../../domain/weekdays.ts';

/** The sections `alerts` and `contacts`, with every rule written out; none of a policy without alerts. */
export function alertSections(policy: AlertPolicy | undefined): object {
  if (policy === undefined) return {};
  const { channels, routes, people, teams, businessUnits, viewUrl } = policy;
  const contacts = filledOnly({
    people,
    teams: mapValues(teams, filledOnly),
    businessUnits: mapValues(businessUnits, filledOnly),
  });
  return {
    alerts: filledOnly({
      rules: rulesEntry(policy),
      channels: Object.fromEntries(channels.map((channel) => [channel.name, channelEntry(channel)])),
      routes: routes.map(routeEntry),
      viewUrl,
    }),
    contacts,
  };
}

function rulesEntry({ rules }: AlertPolicy): object {
  const { projection, burns } = rules;
  const from = { from: `${projection.fromPercentOfPeriod}%` };
  const burn = burns.map(({ scope, amountPicoUsd, windowMinutes }) => ({
    [scope]: scope === 'org' ? 'true' : '*',
    spend: `${formatUsd(amountPicoUsd)} USD`,
    within: `${windowMinutes}m`,
  }));
  return filledOnly({ ...ruleTexts(rules), projection: projection.isOn ? from : 'off', burn });
}

function channelEntry({ target, maxPerHour, quietHours, digest }: AlertChannel): object {
  return definedOnly({
    ...targetEntry(target),
    maxPerHour: String(maxPerHour),
    quietHours: quietHours && {
      ...quietHoursTexts(quietHours),
      days: quietHours.days.map((day) => WEEKDAYS[day - 1]),
    },
    digest: digest && digestTexts(digest),
  });
}

function targetEntry(target: ChannelTarget): object {
  const texts = targetTexts(target);
  return target.kind === 'email' ? { ...texts, email: target.to.map(recipientText) } : texts;
}

function routeEntry({ to, severities, rules, scopes }: AlertRoute): object {
  const idsOf = (kind: string) => scopes?.filter((scope) => scope.kind === kind).map(({ id }) => id);
  return filledOnly({
    to,
    severity: severities,
    rule: rules,
    org: scopes?.some(({ kind }) => kind === 'org') === true ? 'true' : undefined,
    ...Object.fromEntries(BUDGET_SCOPES.map((kind) => [kind, idsOf(kind)])),
  });
}

function mapValues<T>(map: Readonly<Record<string, T>>, change: (value: T) => object): object {
  return Object.fromEntries(Object.entries(map).map(([id, value]) => [id, change(value)]));
}

/** Leaves out what is not there and what is empty. */
function filledOnly(fields: object): object {
  const isFilled = (value: unknown) =>
    value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isFilled(value)));
}

import type { Facts, RuleFacts } from '../policy/policyFacts.ts';
import { weekdayNames } from '../weekdays.ts';
import type {
  AlertChannel,
  AlertPolicy,
  AlertRoute,
  AlertRules,
  Contact,
  ScopeContacts,
} from './alertPolicy.ts';
import { burnText, digestTexts, quietHoursTexts, ruleTexts, targetTexts } from './alertPolicyText.ts';

/** All that an alert policy says: its rules as one, then each channel, each route, and everybody's contacts. */
export function factsOfAlerts(policy: AlertPolicy): RuleFacts[] {
  const { rules, channels, routes, people, teams, businessUnits, viewUrl } = policy;
  return [
    { section: 'alerts', id: '', facts: rulesFacts(rules, viewUrl) },
    ...channels.map((channel) => ({
      section: 'alert channel',
      id: channel.name,
      facts: channelFacts(channel),
    })),
    ...routes.map((route) => ({ section: 'alert route', id: route.to.join(', '), facts: routeFacts(route) })),
    ...contactsOf('person', people, personFacts),
    ...contactsOf('team', teams, unitFacts),
    ...contactsOf('business unit', businessUnits, unitFacts),
  ];
}

function rulesFacts(rules: AlertRules, viewUrl: string | undefined): Facts {
  return facts([
    ...Object.entries(ruleTexts(rules)),
    ...rules.burns.map((burn, index) => [`burn ${index + 1}`, burnText(burn)] as const),
    ['viewUrl', viewUrl],
  ]);
}

function channelFacts({ target, maxPerHour, quietHours, digest }: AlertChannel): Facts {
  return facts([
    ...Object.entries(targetTexts(target)),
    ['most an hour', String(maxPerHour)],
    [
      'quiet hours',
      quietHours && sentence({ ...quietHoursTexts(quietHours), days: weekdayNames(quietHours.days) }),
    ],
    ['digest', digest && sentence(digestTexts(digest))],
  ]);
}

function sentence(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, text]) => `${name} ${text}`)
    .join(', ');
}

function routeFacts({ severities, rules, scopes }: AlertRoute): Facts {
  return facts([
    ['severity', severities?.join(', ') ?? 'any'],
    ['rule', rules?.join(', ') ?? 'any'],
    ['about', scopes?.map(({ kind, id }) => (kind === 'org' ? kind : `${kind}:${id}`)).join(', ') ?? 'any'],
  ]);
}

function contactsOf<T>(
  kind: string,
  entries: Readonly<Record<string, T>>,
  factsOf: (entry: T) => Facts,
): RuleFacts[] {
  return Object.entries(entries).map(([id, entry]) => ({
    section: 'contacts',
    id: `${kind} ${id}`,
    facts: factsOf(entry),
  }));
}

function personFacts({ email, slack }: Contact): Facts {
  return facts([
    ['email', email],
    ['slack', slack],
  ]);
}

function unitFacts({ lead, deputies, managers, email, slack, businessUnit }: ScopeContacts): Facts {
  return facts([
    ['lead', lead],
    ['deputies', deputies.join(', ')],
    ['managers', managers.join(', ')],
    ['email', email],
    ['slack', slack],
    ['business unit', businessUnit],
  ]);
}

function facts(pairs: readonly (readonly [string, string | undefined])[]): Facts {
  return new Map(pairs.filter((pair): pair is readonly [string, string] => Boolean(pair[1])));
}

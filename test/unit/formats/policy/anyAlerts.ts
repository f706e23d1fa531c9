import fc from 'fast-check';
import { ALERT_RULES, SEVERITIES } from '../../../../shared/domain/alerts/alert.ts';
import type {
  AlertChannel,
  AlertPolicy,
  AlertRoute,
  Contact,
} from '../../../../shared/domain/alerts/alertPolicy.ts';
import { BUDGET_SCOPES } from '../../../../shared/domain/policy/policy.ts';

/** Alert policies that break no rule, as they are read: of every form, with names that YAML could mistake. */

const opt = { noNullPrototype: true } as const;

/** A record of which some keys may be missing. */
function some<T, K extends keyof T>(fields: { [P in keyof T]: fc.Arbitrary<T[P]> }, requiredKeys: K[]) {
  return fc.record(fields, { ...opt, requiredKeys });
}

const id = fc.constantFrom(
  'dana',
  'true',
  'null',
  '1e3',
  'a: b',
  "it's",
  'é',
  'constructor',
  'eve@example.com',
  '-',
);
const ids = fc.uniqueArray(id, { maxLength: 3 });
const email = fc.constantFrom('dana@example.com', 'a+b@mail.example.org');
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata');
const severity = fc.constantFrom(...SEVERITIES);
const secret = fc.constantFrom('ssm:/tollbook/slack', 'secretsmanager:tollbook/slack+1');
const money = fc.bigInt({ min: 1n, max: 10n ** 24n });

const rules = some(
  {
    projection: fc.oneof(
      fc.integer({ min: 1, max: 100 }).map((from) => ({ isOn: true, fromPercentOfPeriod: from })),
      fc.constant({ isOn: false, fromPercentOfPeriod: 10 }),
    ),
    resolved: fc.boolean(),
    breaker: fc.boolean(),
    unpricedModel: fc.boolean(),
    drift: fc.boolean(),
    highSpendPicoUsd: money,
    expensiveRequestPicoUsd: money,
    burns: fc.uniqueArray(
      some(
        {
          scope: fc.constantFrom('org' as const, 'team' as const),
          amountPicoUsd: money,
          windowMinutes: fc.integer({ min: 1, max: 60 }),
        },
        ['scope', 'amountPicoUsd', 'windowMinutes'],
      ),
      { maxLength: 3, selector: ({ scope, windowMinutes }) => `${scope} ${windowMinutes}` },
    ),
    throttledPerHour: fc.integer({ min: 1, max: 100_000 }),
    silenceMinutes: fc.integer({ min: 5, max: 1_440 }),
  },
  ['projection', 'resolved', 'breaker', 'unpricedModel', 'drift', 'burns'],
);

const target: fc.Arbitrary<AlertChannel['target']> = fc.oneof(
  secret.map((name) => ({ kind: 'slackWebhook' as const, secret: name })),
  fc
    .tuple(secret, fc.constantFrom('audience', 'C0123456789'))
    .map(([name, conversation]) => ({ kind: 'slackBot' as const, secret: name, conversation })),
  secret.map((name) => ({ kind: 'webhook' as const, url: 'https://hooks.example.com/a?b=1', secret: name })),
  fc
    .tuple(email, fc.uniqueArray(fc.oneof(email, fc.constant('audience')), { minLength: 1, maxLength: 3 }))
    .map(([from, to]) => ({
      kind: 'email' as const,
      from,
      to: to.map((text) =>
        text === 'audience' ? { kind: 'audience' as const } : { kind: 'address' as const, address: text },
      ),
    })),
  fc.constant({
    kind: 'amazonQ' as const,
    topicArn: 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:chat',
  }),
);

const minute = fc.integer({ min: 0, max: 1_439 });
const quietHours = fc
  .tuple(
    zone,
    fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    minute,
    fc.integer({ min: 0, max: 1_440 }),
    severity,
  )
  .filter(([, , start, end]) => start !== end)
  .map(([timeZone, days, startMinute, endMinute, exceptFrom]) => ({
    timeZone,
    days,
    startMinute,
    endMinute,
    exceptFrom,
  }));
const when = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 6, 8, 12).map((everyHours) => ({ everyHours, atMinute: 0 })),
  minute.map((atMinute) => ({ everyHours: 24, atMinute })),
);
const digest = fc
  .tuple(severity, when, zone)
  .map(([upTo, times, timeZone]) => ({ upTo, ...times, timeZone }));

const channel = some(
  {
    name: fc.constantFrom('ops', 'true', 'a-b_c.d', 'constructor'),
    target,
    maxPerHour: fc.integer({ min: 1, max: 1_000 }),
    quietHours,
    digest,
  },
  ['name', 'target', 'maxPerHour'],
);

/** In the order in which they are read: by kind. */
const scopes = fc
  .tuple(fc.boolean(), fc.subarray([...BUDGET_SCOPES]), ids)
  .map(([isOrg, kinds, names]) => [
    ...(isOrg ? [{ kind: 'org' as const, id: '*' }] : []),
    ...kinds.flatMap((kind) => names.map((name) => ({ kind, id: name }))),
  ])
  .filter((list) => list.length > 0);

const routesTo = (names: readonly string[]): fc.Arbitrary<AlertRoute[]> =>
  names.length === 0
    ? fc.constant([])
    : fc.array(
        some(
          {
            to: fc.subarray([...names], { minLength: 1 }),
            severities: fc.subarray([...SEVERITIES], { minLength: 1 }),
            rules: fc.subarray([...ALERT_RULES], { minLength: 1 }),
            scopes,
          },
          ['to'],
        ),
        { maxLength: 3 },
      );

const contact = fc.oneof(
  email.map((address): Contact => ({ email: address })),
  fc.constant<Contact>({ slack: 'U012AB3CD' }),
  email.map((address): Contact => ({ email: address, slack: 'W012AB3CD' })),
);
const unitFields = { lead: id, deputies: ids, managers: ids, email, slack: fc.constant('C0456') };
const team = some({ ...unitFields, businessUnit: id }, ['deputies', 'managers']);
const unit = some(unitFields, ['deputies', 'managers']);
const byId = <T>(value: fc.Arbitrary<T>) => fc.dictionary(id, value, { ...opt, maxKeys: 3 });

export const anyAlerts: fc.Arbitrary<AlertPolicy> = fc
  .uniqueArray(channel, { maxLength: 3, selector: ({ name }) => name })
  .chain((channels) =>
    some(
      {
        rules,
        channels: fc.constant(channels),
        routes: routesTo(channels.map(({ name }) => name)),
        people: byId(contact),
        teams: byId(team),
        businessUnits: byId(unit),
        viewUrl: fc.constantFrom('https://tollbook.example.com', 'http://costs.intranet/?team=a'),
      },
      ['rules', 'channels', 'routes', 'people', 'teams', 'businessUnits'],
    ),
  );

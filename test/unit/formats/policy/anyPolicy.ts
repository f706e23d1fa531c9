import fc from 'fast-check';
import {
  BUDGET_SCOPES,
  PERIOD_UNITS,
  type Policy,
  type Rung,
} from '../../../../shared/domain/policy/policy.ts';
import { TOKEN_CLASSES } from '../../../../shared/domain/tokens.ts';

/** Policies that break no rule, with ids and texts that YAML could take for something else. */

const opt = { noNullPrototype: true } as const;
const odd = fc.constantFrom(
  'true',
  'null',
  '~',
  '1e3',
  '0x1',
  'a: b',
  '- a',
  '# a',
  ' a',
  'a ',
  '"',
  "it's",
  '{a}',
  '@a',
  '=',
  '<<',
  'é',
  '__proto__',
  'constructor',
  '2026-01-01',
  '\\n',
  '%a',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
);
const plain = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((text) => !/[#\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.isWellFormed() && text !== '*');
const id = fc.oneof(
  odd.filter((text) => !text.includes('#')),
  plain,
);
const sentence = fc.oneof(
  odd,
  plain.map((text) => `${text} and ${text}`),
);
const ids = fc.array(id, { minLength: 1, maxLength: 3 });

const target = fc.oneof(
  fc.constant({ kind: 'org' } as const),
  fc.record({ kind: fc.constant('one' as const), scope: fc.constantFrom(...BUDGET_SCOPES), id }, opt),
  fc.record({ kind: fc.constant('each' as const), scope: fc.constantFrom(...BUDGET_SCOPES) }, opt),
  fc.record({ kind: fc.constantFrom('tier' as const, 'role' as const), id }, opt),
);

const throttle = fc.record(
  { kind: fc.constant('throttle' as const), delayMs: fc.integer({ min: 1, max: 60_000 }) },
  opt,
);
const reject = fc.record(
  { kind: fc.constant('reject' as const), status: fc.constantFrom(429 as const, 403 as const) },
  opt,
);
const warn = fc.constant({ kind: 'warn' } as const);
const action = fc.oneof(
  warn,
  fc.constant({ kind: 'notify' } as const),
  throttle,
  reject,
  fc.record({ kind: fc.constant('restrict' as const), graceHours: fc.integer({ min: 0, max: 720 }) }, opt),
);

const rung: fc.Arbitrary<Omit<Rung, 'percent'>> = fc.record(
  {
    action,
    notify: fc.subarray(['lead', 'managers', 'approvers'] as const),
    raisesMonitoring: fc.boolean(),
    message: sentence,
    header: fc.record(
      { name: fc.constant('X-Budget'), value: fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/) },
      opt,
    ),
  },
  { ...opt, requiredKeys: ['action', 'notify', 'raisesMonitoring'] },
);

const ladder: fc.Arbitrary<Rung[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 })
  .chain((percents) => {
    const ascending = percents.sort((a, b) => a - b);
    return fc.tuple(...ascending.map((percent) => rung.map((rest) => ({ percent, ...rest }))));
  });

const amount = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 24n }));
const hours = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');
const money = fc.record(
  {
    limit: fc.oneof(
      fc.record({ measure: fc.constant('usd' as const), amount }, opt),
      fc.record(
        { measure: fc.constant('requests' as const), amount: fc.bigInt({ min: 1n, max: 10n ** 12n }) },
        opt,
      ),
    ),
    period: fc.record({ unit: fc.constantFrom(...PERIOD_UNITS), timeZone: hours }, opt),
  },
  opt,
);
const tokens = fc.record(
  {
    limit: fc.record(
      {
        measure: fc.constant('tokens' as const),
        amount: fc.bigInt({ min: 1n, max: 10n ** 15n }),
        counted: fc.subarray([...TOKEN_CLASSES], { minLength: 1 }),
      },
      opt,
    ),
    period: fc.record({ unit: fc.constantFrom(...PERIOD_UNITS), timeZone: fc.constant('UTC') }, opt),
  },
  opt,
);
const filter = fc.record(
  { modelFamily: fc.constantFrom('opus', 'nova-pro', 'ours'), operation: id, entrypoint: id },
  { ...opt, requiredKeys: [] },
);
const budget = fc
  .record({ id, target, filter, ladder, isHard: fc.boolean(), what: fc.oneof(money, tokens) }, opt)
  .map(({ what, ...rule }) => ({ ...rule, ...what }));

const burst = fc.record(
  {
    id,
    target,
    limit: fc.integer({ min: 1, max: 1_000_000 }),
    windowSeconds: fc.integer({ min: 1, max: 86_400 }),
    action: fc.oneof(warn, throttle, reject),
    counting: fc.constantFrom('shared' as const, 'local' as const),
    message: sentence,
  },
  { ...opt, requiredKeys: ['id', 'target', 'limit', 'windowSeconds', 'action', 'counting'] },
);

const entry = fc.record({ models: ids, users: ids, roles: ids }, { ...opt, requiredKeys: ['models'] });
const list = fc.record({ target, entries: fc.array(entry, { minLength: 1, maxLength: 3 }) }, opt);

const hoursRule = fc.record(
  {
    id,
    target,
    models: ids,
    timeZone: fc.constantFrom('UTC', 'Asia/Kolkata'),
    days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    startMinute: fc.integer({ min: 0, max: 700 }),
    endMinute: fc.integer({ min: 701, max: 1440 }),
    holidays: fc.subarray(['2026-01-01', '2026-12-25']),
    message: sentence,
  },
  {
    ...opt,
    requiredKeys: ['id', 'target', 'models', 'timeZone', 'days', 'startMinute', 'endMinute', 'holidays'],
  },
);

const routingTarget = {
  model: fc.constantFrom('claude-opus-5-5', 'us.anthropic.claude-haiku-5-5', 'true', 'our model'),
  maxTokens: fc.integer({ min: 1, max: 10_000_000 }),
};
const routing = fc.record(
  {
    rules: fc.array(
      fc
        .record(
          {
            pattern: fc.constantFrom('fix.*bug|debug', '\\w+\\.ts', '"', "it's", '# a', '[ab]'),
            operation: id,
            entrypoint: id,
            complexity: fc.constantFrom('low', 'medium', 'high'),
            maxPromptTokens: fc.integer({ min: 1, max: 10_000_000 }),
            ...routingTarget,
          },
          { ...opt, requiredKeys: ['model', 'maxTokens'] },
        )
        .filter((rule) => Object.keys(rule).length > 2),
      { maxLength: 3 },
    ),
    fallback: fc.record(routingTarget, opt),
  },
  { ...opt, requiredKeys: ['rules'] },
);

export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record(
    {
      budgets: fc.array(budget, { maxLength: 5 }),
      bursts: fc.array(burst, { maxLength: 2 }),
      access: fc.uniqueArray(list, {
        maxLength: 3,
        selector: ({ target: { kind, ...rest } }) => JSON.stringify([kind, rest]),
      }),
      scrutiny: fc.array(
        fc.record({ models: ids, percentOfThreshold: fc.integer({ min: 1, max: 100 }) }, opt),
        { maxLength: 2 },
      ),
      hours: fc.array(hoursRule, { maxLength: 2 }),
      breaker: fc
        .tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n }), hours)
        .map(([first, more, timeZone]) => ({ emergencyPicoUsd: first, openPicoUsd: first + more, timeZone })),
      routing,
      overflow: fc.record(
        {
          autoPercent: fc.integer({ min: 0, max: 100 }),
          approvers: fc.array(id, { maxLength: 2 }),
          maxDays: fc.integer({ min: 1, max: 366 }),
        },
        opt,
      ),
      withoutBudget: fc.constantFrom('allow' as const, 'deny' as const),
      failure: fc.record(
        {
          mode: fc.constantFrom('open' as const, 'closed' as const),
          maxAgeSeconds: fc.integer({ min: 1, max: 86_400 }),
        },
        opt,
      ),
    },
    {
      ...opt,
      requiredKeys: [
        'budgets',
        'bursts',
        'access',
        'scrutiny',
        'hours',
        'overflow',
        'withoutBudget',
        'failure',
      ],
    },
  )
  .map(withDistinctIds);

/** Rules of equal ids are refused, so each gets its number behind. */
function withDistinctIds(policy: Policy): Policy {
  let count = 0;
  const number = <T extends Readonly<{ id: string }>>(rules: readonly T[]): T[] =>
    rules.map((rule) => {
      count += 1;
      return { ...rule, id: `${rule.id}${count}` };
    });
  return {
    ...policy,
    budgets: number(policy.budgets),
    bursts: number(policy.bursts),
    hours: number(policy.hours),
  };
}

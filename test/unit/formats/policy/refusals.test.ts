import { describe, expect, it } from 'vitest';
import { mistakesOf, readSound } from './reading.ts';

const budget = (fields: string) => `budgets:\n  - { team: a, ${fields} }\n`;
const rungs = (...list: string[]) =>
  budget(`month: 5 USD, ladder: [${list.map((rung) => `{ ${rung} }`).join(', ')}]`);
const tree = (units: string, top = 'month: 1000 USD') => `hierarchy:\n  ${top}\n  units:\n${units}`;

describe('readPolicy refuses', () => {
  it.each([
    [
      'a limit without a unit',
      budget('month: 500'),
      '2:23: "500" has no unit; write 500 USD, 500 tokens or 500 requests; within { } put an amount with commas into quotes',
    ],
    ['a negative limit', budget('month: -5 USD'), '2:23: "-5 USD": a limit must be more than nothing'],
    ['a limit of nothing', budget('month: 0 USD'), '2:23: "0 USD": a limit must be more than nothing'],
    ['a part of a token', budget('day: 1.5 tokens'), '2:21: "1.5 tokens" is no whole number of tokens'],
    ['dollars of tokens', budget('day: $5 tokens'), '2:21: "$5 tokens" is not in USD, tokens or requests'],
    ['an absurd limit', budget('day: 1000000000001 USD'), '2:21: a limit of 25 digits is a slip'],
    [
      'no limit',
      budget('ladder: block'),
      '2:5: nothing is limited here; give one of day, week, month, quarter, year, such as month: 500 USD',
    ],
    [
      'two targets',
      'budgets:\n  - { team: a, user: b, day: 5 USD }\n',
      '2:5: this rule has more than one target; give one of org, businessUnit, department, costCentre, team, project, user, tier, role',
    ],
    [
      'an id of two limits',
      budget('id: x, day: 5 USD, month: 50 USD'),
      '2:20: an id is for one limit, and here are 2; write an entry for each',
    ],
    ['an id with #', budget('id: "a#b", day: 5 USD'), '2:20: "a#b" holds a # or a control character'],
    [
      'a misspelt ladder',
      budget('month: 5 USD, ladder: gradated'),
      '2:38: unknown ladder gradated; did you mean graduated?',
    ],
    ['a rung above 100%', rungs('at: 101%, do: warn'), '2:45: "101%" is no whole percentage from 1% to 100%'],
    ['a rung at nothing', rungs('at: 0%, do: warn'), '2:45: "0%" is no whole percentage from 1% to 100%'],
    [
      'rungs that fall',
      rungs('at: 80%, do: warn', 'at: 79%, do: reject'),
      '2:68: rungs must ascend: 79% comes after 80%',
    ],
    [
      'rungs at one place',
      rungs('at: 80%, do: warn', 'at: 80%, do: reject'),
      '2:68: rungs must ascend: 80% comes after 80%',
    ],
    ['an unknown action', rungs('at: 80%, do: wran'), '2:54: unknown action wran; did you mean warn?'],
    [
      'another status',
      rungs('at: 80%, do: reject 500'),
      '2:54: "reject 500" is no action such as notify, warn, throttle 2s, reject 429, reject 403 or restrict after 24h',
    ],
    [
      'a delay above a minute',
      rungs('at: 80%, do: throttle 61s'),
      '2:54: "throttle 61s" is no action such as notify, warn, throttle 2s, reject 429, reject 403 or restrict after 24h',
    ],
    [
      'a header of two lines',
      rungs('at: 80%, do: warn, header: "X-A: b\\nX-C: d"'),
      '2:68: "X-A: b\\nX-C: d" is no header such as "X-Budget-Warning: 80-percent"',
    ],
    [
      'an unknown audience',
      rungs('at: 80%, do: warn, tell: [leed]'),
      '2:67: unknown audience leed; did you mean lead?',
    ],
    [
      'an unknown token class',
      budget('day: 5 tokens, counted: [inputs]'),
      '2:41: unknown token class inputs; did you mean input?',
    ],
    [
      'classes of money',
      budget('day: 5 USD, counted: [input]'),
      '2:37: only tokens have classes to count; this limit is not in tokens',
    ],
    [
      'an unknown zone',
      budget('day: 5 USD, timeZone: Europe/Berlim'),
      '2:38: there is no time zone "Europe/Berlim"; write one such as Europe/Berlin',
    ],
    [
      'tokens in another zone than UTC',
      budget('day: 5 tokens, timeZone: Europe/Berlin'),
      '2:41: a budget of tokens must be in UTC: tokens are kept by UTC day; cost and requests, by hour, can follow other clocks',
    ],
    [
      'a zone of half hours',
      budget('day: 5 USD, timeZone: Asia/Kolkata'),
      '2:38: clocks of Asia/Kolkata are not whole hours from UTC, and the ledger keeps whole UTC hours',
    ],
    [
      'a zone of half hours in summer',
      budget('day: 5 USD, timeZone: Australia/Lord_Howe'),
      '2:38: clocks of Australia/Lord_Howe are not whole hours from UTC, and the ledger keeps whole UTC hours',
    ],
    [
      'an empty filter',
      budget('day: 5 USD, only: {}'),
      '2:34: a filter names a model, an operation or an entrypoint',
    ],
    [
      'a filter by one model',
      budget('day: 5 USD, only: { model: claude-opus-5 }'),
      '2:43: a budget counts a family of models, not claude-opus-5; write opus',
    ],
    [
      'the same budget twice',
      'budgets:\n  - { team: a, day: 5 USD }\n  - { team: a, day: 6 USD }\n',
      '3:5: a rule team:a:day:usd is there already; give one of them another id, or take it out',
    ],
    ['another version', 'version: 2\n', '1:10: unknown version 2; did you mean 1?'],
    [
      'each tier',
      'budgets: [{ tier: "*", day: 5 USD }]\n',
      '1:19: name the tier; for everybody write user: "*"',
    ],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });

  it.each([
    [
      'units above 100%',
      tree('    a: 60%\n    b: 41%\n'),
      '3:3: units come to 1010 USD, 10 USD more than the 1000 USD of the organisation',
    ],
    [
      'units that use up the reserve',
      tree('    a: 91%\n', 'month: 1000 USD\n  reserve: 10%'),
      '4:3: units come to 910 USD with the reserve of 100 USD, 10 USD more than the 1000 USD of the organisation',
    ],
    [
      'teams above their unit by a cent',
      tree('    a: { month: 100 USD, teams: { x: 50 USD, y: 50.01 USD } }\n'),
      '4:26: teams come to 100.01 USD, 0.01 USD more than the 100 USD of businessUnit a',
    ],
    [
      'users above their team',
      tree('    a: { month: 10 USD, teams: { x: { share: 100%, users: { u: 11 USD } } } }\n'),
      '4:52: users come to 11 USD, 1 USD more than the 10 USD of team x',
    ],
    [
      'a share that is not the money',
      tree('    a: { share: 30%, month: 301 USD }\n'),
      '4:29: the share of the organisation is 300 USD, not 301 USD',
    ],
    ['a share above 100%', tree('    a: 101%\n'), '4:8: 101% is more than the whole, which is 100%'],
    ['a negative share', tree('    a: -1%\n'), '4:8: -1%: a share must be more than nothing'],
    [
      'a unit without money',
      tree('    a: {}\n'),
      '4:8: give a share such as 30%, or a month such as 90000 USD',
    ],
    [
      'tokens to share out',
      tree('    a: 5 tokens\n'),
      '4:8: give an amount of money such as 500 USD, not of tokens',
    ],
    [
      'a hierarchy without money',
      'hierarchy:\n  units:\n    a: 5%\n',
      '2:3: a hierarchy starts with money to give out: month, year or both',
    ],
    ['a unit called *', tree('    "*": 5%\n'), '4:5: "*" stands for each, and here one must be named'],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });

  it('a team under two units, and a person where the hierarchy has another', () => {
    const twoUnits = tree(
      '    a: { share: 50%, teams: { x: 10% } }\n    b: { share: 50%, teams: { x: 10% } }\n',
    );
    expect(mistakesOf(`${twoUnits}`)).toEqual([
      'p.yaml:5:34: a rule team:x:month:usd is there already; give one of them another id, or take it out',
      'p.yaml:5:34: team x is under businessUnit a already, and cannot be under b too',
    ]);
    const person = tree(
      '    a: { share: 50%, teams: { x: 10% } }\ndirectory:\n  eve: { team: x, businessUnit: b }\n',
    );
    expect(mistakesOf(person)).toEqual([
      'p.yaml:6:33: team x is under businessUnit a already, and cannot be under b too',
    ]);
  });

  it.each([
    [
      'a burst in a word',
      'bursts: [{ org: true, limit: many }]',
      '1:30: "many" is no rate such as 30 per 60s, with a window of a day at most',
    ],
    [
      'a burst above a day',
      'bursts: [{ org: true, limit: 5 per 86401s }]',
      '1:30: "5 per 86401s" is no rate such as 30 per 60s, with a window of a day at most',
    ],
    [
      'a burst that restricts',
      'bursts: [{ org: true, limit: 5 per 1s, do: restrict }]',
      '1:44: a burst can warn, throttle 2s or reject 429, not restrict',
    ],
    [
      'two lists for the same people',
      'models: [{ org: true, allow: [opus] }, { org: true, allow: [haiku] }]',
      '1:40: models of org are listed already; make it one list',
    ],
    ['a list of nothing', 'models: [{ org: true }]', '1:10: allow is missing'],
    ['a model for nobody', 'models: [{ org: true, allow: { opus: [] } }]', '1:38: name at least one'],
    [
      'hours that end first',
      'hours: [{ org: true, from: "18:00", to: "08:00" }]',
      '1:41: the end must come after the start, on the same day',
    ],
    [
      'an unknown day',
      'hours: [{ org: true, from: "08:00", to: "18:00", days: [Monday] }]',
      '1:57: unknown day Monday; there are Mon, Tue, Wed, Thu, Fri, Sat, Sun',
    ],
    [
      'days backwards',
      'hours: [{ org: true, from: "08:00", to: "18:00", days: Fri-Mon }]',
      '1:56: "Fri-Mon" are no days such as Mon-Fri or [Mon, Wed]',
    ],
    [
      'a holiday that is none',
      'hours: [{ org: true, from: "08:00", to: "18:00", holidays: [2026-02-29] }]',
      '1:61: "2026-02-29" is no day such as 2026-12-25',
    ],
    [
      'a minute too many',
      'hours: [{ org: true, from: "08:00", to: "24:01" }]',
      '1:41: "24:01" is no time of day such as 08:00 or 18:30',
    ],
    [
      'a breaker that never warns',
      'breaker: { emergency: 10 USD, open: 10 USD }',
      '1:37: open must be above emergency (10 USD, 10 USD)',
    ],
    [
      'an overflow above 100%',
      'overflow: { automatic: 101% }',
      '1:24: "101%" is no whole percentage from 0% to 100%',
    ],
    ['an unknown answer', 'withoutBudget: allowed', '1:16: unknown answer allowed; did you mean allow?'],
    ['an age of nothing', 'failure: { maxAge: 0s }', '1:20: "0s" is no time such as 60s, 5min or 24h'],
    [
      'an unknown key of a person',
      'directory: { eve: { teem: a } }',
      '1:21: unknown key teem; did you mean team?',
    ],
    [
      'a text for a list',
      'budgets: team a',
      '1:10: write a list here: each item on a line of its own after a dash',
    ],
    ['a list for names', 'tiers: [free]', '1:8: write names here, each with what holds for it'],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });
});

describe('readPolicy takes what is just within', () => {
  it.each([
    budget('month: 1000000000000 USD'),
    rungs('at: 1%, do: notify', 'at: 2%, do: throttle 60s', 'at: 100%, do: reject 403'),
    tree('    a: 60%\n    b: 40%\n'),
    tree('    a: 90%\n', 'month: 1000 USD\n  reserve: 10%'),
    tree('    a: { share: 33.33%, month: 333.30 USD }\n'),
    'hours: [{ org: true, from: "00:00", to: "24:00" }]',
    'breaker: { emergency: 10 USD, open: 10.01 USD }',
    'bursts: [{ org: true, limit: 5 per 86400s }]',
  ])('%j', (text) => {
    expect(readSound(text).kind).toBe('read');
  });
});

import { expect, it } from 'vitest';
import { passes, readDeployment } from '../../../infra/local/deployment.ts';
import { outboxKey, untoldKey, waitingKey } from '../../../shared/store/alertKeys.ts';
import { CURRENT_POLICY_KEY } from '../../../shared/store/budgetKeys.ts';
import { type ItemKey, totalKey } from '../../../shared/store/keys.ts';
import { makeDelivery } from '../../support/deliveries.ts';

const [ID, LINE] = ['budget:org:month:usd:*:2026-07:80', { pk: 'TEAM#a#2026-07-14', sk: 'LINE#ann#m' }];

it.each<[string, ItemKey, boolean, string[]]>([
  ['a new line', LINE, true, ['rollUp', 'evaluateBudgets']],
  ['a changed line', LINE, false, ['rollUp', 'evaluateBudgets']],
  ['a total', totalKey({ kind: 'org' }, { kind: 'day', day: '2026-07-14' }), false, ['evaluateBudgets']],
  ['another policy', CURRENT_POLICY_KEY, false, ['evaluateBudgets']],
  ['an alert that came into the outbox', outboxKey(ID), true, ['evaluateBudgets']],
  ['a claim of one that is there', outboxKey(ID), false, []],
  ['the note that it is to be told', untoldKey(ID), true, []],
  ['a delivery that waits', waitingKey(makeDelivery()), true, []],
])('%s wakes whom serverless.yml says', (_name, key, isNew, woken) => {
  const { streams } = readDeployment();
  const found = streams.filter(({ filters }) => passes(filters, key, { isNew }));
  expect(found.map(({ functionName }) => functionName)).toEqual(woken);
});

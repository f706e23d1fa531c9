import { expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import { requestIncrease, voteOnIncrease } from '../../shared/store/decideIncreases.ts';
import { budget, USD } from '../fixtures/deciding.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const UNTIL_MS = Date.parse('2026-11-30T00:00:00.000Z');
const BUDGET = 'team:blue:month:usd';
const POLICY: Policy = {
  ...EMPTY_POLICY,
  budgets: [
    budget({
      id: BUDGET,
      target: { kind: 'one', scope: 'team', id: 'blue' },
      period: { unit: 'month', timeZone: 'UTC' },
      limit: { measure: 'usd', amount: 500n * USD },
    }),
    budget({
      id: 'tier',
      target: { kind: 'tier', id: 'free' },
      limit: { measure: 'usd', amount: 10n * USD },
    }),
  ],
  overflow: { autoPercent: 10, approvers: ['fay', 'eve'], maxDays: 14 },
};
const ASKED = {
  budgetId: BUDGET,
  scopeId: 'blue',
  amount: 60n * USD,
  untilMs: UNTIL_MS,
  reason: 'release week',
  by: 'ann',
};

onBothStores(({ openLedger }) => {
  const open = async () => {
    const { stores } = await openLedger();
    await stores.policies.apply({ policy: POLICY, text: '', by: 'ops', at: NOW, replaces: 0 });
    const ledger = { ...stores, now: NOW };
    const ask = async (rest: Partial<typeof ASKED> = {}) => {
      const outcome = await requestIncrease({ ...ASKED, ...rest }, ledger);
      return outcome.kind === 'done' ? outcome.increase.id : expect.fail(outcome.why);
    };
    const told = async () =>
      (await stores.alerts.pending()).flatMap(({ subject }) =>
        subject.rule === 'increase' ? [`${subject.state} by ${subject.by}`] : [],
      );
    return { stores, ledger, ask, told };
  };

  it('tells that somebody asks, with all that an approver must know, and once', async () => {
    const { stores, ask } = await open();
    const id = await ask();
    await ask();
    const pending = await stores.alerts.pending();
    expect(pending).toStrictEqual([
      {
        id: `increase:${id}:requested`,
        state: 'pending',
        createdAt: NOW.toISOString(),
        subject: {
          ...{ rule: 'increase', state: 'requested', scopeKind: 'team', scopeId: 'blue', month: '2026-11' },
          ...{ increaseId: id, budgetId: BUDGET, periodKey: '2026-11', measure: 'usd', amount: 60n * USD },
          ...{ by: 'ann', reason: 'release week', until: '2026-11-30T00:00:00.000Z' },
        },
      },
    ]);
    expect(await stores.alerts.ofMonth('2026-11')).toStrictEqual(pending);
  });

  it('tells of the approval that suffices and of none before it', async () => {
    const { ledger, ask, told } = await open();
    const id = await ask();
    const seen: string[][] = [];
    for (const by of ['fay', 'fay', 'eve', 'eve']) {
      await voteOnIncrease({ id, by, vote: 'approve' }, ledger);
      seen.push(await told());
    }
    expect(seen.map((each) => each.toSorted())).toEqual([
      ['requested by ann'],
      ['requested by ann'],
      ['granted by eve', 'requested by ann'],
      ['granted by eve', 'requested by ann'],
    ]);
  });

  it.each([[0], [1], [2]])('tells of a denial after %i approvals', async (approvals) => {
    const { ledger, ask, told } = await open();
    const id = await ask();
    for (const by of ['fay', 'eve'].slice(0, approvals)) {
      await voteOnIncrease({ id, by, vote: 'approve' }, ledger);
    }
    await voteOnIncrease({ id, by: 'fay', vote: 'deny' }, ledger);
    await voteOnIncrease({ id, by: 'eve', vote: 'deny' }, ledger);
    const granted = approvals === 2 ? ['granted by eve'] : [];
    expect((await told()).toSorted()).toEqual(['denied by fay', ...granted, 'requested by ann']);
  });

  it('tells that something went through by itself, as granted alone', async () => {
    const { stores, ask, told } = await open();
    await ask({ budgetId: 'tier', scopeId: 'ann', amount: USD });
    expect(await told()).toEqual(['granted by policy']);
    const [alert] = await stores.alerts.pending();
    expect(alert?.subject).toMatchObject({ scopeKind: 'user', scopeId: 'ann', periodKey: '2026-11-24' });
  });

  it('tells nothing of what is refused, or of a budget that is gone', async () => {
    const { stores, ledger, ask, told } = await open();
    await requestIncrease({ ...ASKED, reason: ' ' }, ledger);
    expect(await told()).toEqual([]);
    const id = await ask();
    const policy = { ...POLICY, budgets: [] };
    await stores.policies.apply({ policy, text: '', by: 'ops', at: NOW, replaces: 1 });
    expect(await voteOnIncrease({ id, by: 'fay', vote: 'deny' }, ledger)).toMatchObject({ kind: 'done' });
    expect(await told()).toEqual(['requested by ann']);
  });

  it('tells once of what twenty ask at once', async () => {
    const { ask, told } = await open();
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(await told()).toEqual(['requested by ann']);
  });

  it('writes neither the change nor its alert when the place is not as it was read', async () => {
    const { stores, ask, told } = await open();
    await ask();
    const [place] = await stores.increases.find([ASKED]);
    const [increase] = place?.increases ?? [];
    const [alert] = await stores.alerts.pending();
    if (increase === undefined || alert === undefined) expect.fail('nothing was asked for');
    const change = {
      before: undefined,
      after: { ...increase, id: 'other' },
      alert: { ...alert, id: 'other' },
    };
    expect(await stores.increases.put({ ...ASKED, n: 0, increases: [] }, change, NOW)).toBe('changed');
    expect(await told()).toEqual(['requested by ann']);
  });
});

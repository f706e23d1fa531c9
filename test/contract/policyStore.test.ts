import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_ALERT_POLICY } from '../../shared/domain/alerts/alertPolicy.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import type { PolicyChange } from '../../shared/store/policyStore.ts';
import { policyArbitrary } from '../fixtures/anyPolicy.ts';
import { policyOf, teamMonth } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

const AT = new Date('2026-07-14T12:00:00.000Z');
const FIRST = policyOf([teamMonth('blue', 10n ** 24n + 5n)]);
const SECOND = policyOf([teamMonth('blue', 7n)]);

function change(parts: Partial<PolicyChange> = {}): PolicyChange {
  return { policy: FIRST, text: 'budgets: [] # first', by: 'ann', at: AT, replaces: 0, ...parts };
}

onBothStores(({ openLedger, runs }) => {
  it('has no version before the first', async () => {
    const { policies } = (await openLedger()).stores;
    expect(await policies.current()).toBeUndefined();
    expect(await policies.currentNumber()).toBe(0);
    expect(await policies.find(1)).toBeUndefined();
    expect(await policies.versions()).toEqual([]);
  });

  it('keeps who applied what, when and why, and gives back the text as it was written', async () => {
    const { policies } = (await openLedger()).stores;
    expect(await policies.apply(change({ why: 'a new quarter' }))).toEqual({ kind: 'applied', number: 1 });
    const version = await policies.current();
    expect(version).toStrictEqual({
      number: 1,
      by: 'ann',
      at: AT.toISOString(),
      why: 'a new quarter',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      policy: FIRST,
      text: 'budgets: [] # first',
    });
    expect(await policies.find(1)).toStrictEqual(version);
    expect(await policies.currentNumber()).toBe(1);
  });

  it('leaves earlier versions as they were', async () => {
    const { policies } = (await openLedger()).stores;
    await policies.apply(change());
    await policies.apply(change({ policy: SECOND, text: 'second', by: 'bob', replaces: 1 }));
    expect(await policies.currentNumber()).toBe(2);
    expect((await policies.current())?.policy).toStrictEqual(SECOND);
    expect((await policies.find(1))?.policy).toStrictEqual(FIRST);
    const notes = await policies.versions();
    expect(notes.map(({ number, by }) => [number, by])).toEqual([
      [1, 'ann'],
      [2, 'bob'],
    ]);
    expect(notes.every((note) => !('policy' in note || 'text' in note))).toBe(true);
  });

  it('writes nothing when these rules are in force, however the file is laid out', async () => {
    const { policies } = (await openLedger()).stores;
    await policies.apply(change());
    const { budgets, ...rest } = FIRST;
    const again = change({ policy: { ...rest, budgets }, text: 'another text', replaces: 1 });
    expect(await policies.apply(again)).toEqual({ kind: 'unchanged', number: 1 });
    expect(await policies.versions()).toHaveLength(1);
    await policies.apply(change({ policy: SECOND, replaces: 1 }));
    // What was in force before may be put in force again: it is a version of its own.
    expect(await policies.apply(change({ replaces: 2 }))).toEqual({ kind: 'applied', number: 3 });
  });

  it('says of a version in which only alerts changed as which earlier one it decides', async () => {
    const { stores, joinLedger } = await openLedger();
    const told = (text: string): Policy => ({ ...FIRST, alerts: { ...DEFAULT_ALERT_POLICY, viewUrl: text } });
    const versions = [FIRST, told('https://a.example'), told('https://b.example'), SECOND, FIRST];
    for (const [index, policy] of versions.entries()) {
      await stores.policies.apply(change({ policy, replaces: index }));
    }
    const notes = await joinLedger().policies.versions();
    expect(notes.map(({ number, decidesAs }) => [number, decidesAs])).toEqual([
      [1, undefined],
      [2, 1],
      [3, 1],
      [4, undefined],
      [5, undefined],
    ]);
    expect((await joinLedger().policies.find(3))?.policy).toEqual(told('https://b.example'));
  });

  it.each([0, 2, 7])('refuses a version that was made to replace version %i of 1', async (replaces) => {
    const { policies } = (await openLedger()).stores;
    await policies.apply(change());
    const outcome = await policies.apply(change({ policy: SECOND, replaces }));
    expect(outcome).toEqual({ kind: 'conflict', current: 1 });
    expect((await policies.current())?.policy).toStrictEqual(FIRST);
  });

  it('takes one of many that are applied at once', async () => {
    const { policies } = (await openLedger()).stores;
    await policies.apply(change());
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        policies.apply(change({ policy: policyOf([teamMonth('blue', BigInt(index))]), replaces: 1 })),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'applied')).toEqual([{ kind: 'applied', number: 2 }]);
    expect(outcomes.filter(({ kind }) => kind === 'conflict')).toHaveLength(19);
  });

  it('shows another process what is in force at once', async () => {
    const { stores, joinLedger } = await openLedger();
    const other = joinLedger().policies;
    for (const [index, policy] of [FIRST, SECOND, FIRST].entries()) {
      await stores.policies.apply(change({ policy, replaces: index }));
      expect((await other.current())?.number).toBe(index + 1);
      expect((await other.current())?.policy).toStrictEqual(policy);
    }
  });

  it('keeps any policy exactly', async () => {
    const check = async (policy: Policy, text: string) => {
      const { stores, joinLedger } = await openLedger();
      await stores.policies.apply(change({ policy, text }));
      const found = await joinLedger().policies.current();
      expect(found?.policy).toStrictEqual(policy);
      expect(found?.text).toBe(text);
    };
    await fc.assert(fc.asyncProperty(policyArbitrary, fc.string({ unit: 'grapheme' }), check), {
      numRuns: Math.min(runs, 50),
    });
  });

  it('says of a policy that is too large how large it is, and keeps the one in force', async () => {
    const { policies } = (await openLedger()).stores;
    const random = Array.from({ length: 60_000 }, (_, index) => Math.sin(index).toString(36)).join();
    const outcome = await policies.apply(change({ policy: EMPTY_POLICY, text: random }));
    expect(outcome).toEqual({ kind: 'tooLarge', bytes: expect.any(Number), maxBytes: 380_000 });
    expect(await policies.current()).toBeUndefined();
  });
});

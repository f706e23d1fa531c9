import { expect, it } from 'vitest';
import type { TouchedDay } from '../../shared/store/totalStore.ts';
import { DAY, makeRecord, makeRecords, POSTING } from '../support/records.ts';
import { ODD_IDS } from './anyRecord.ts';
import { onBothStores } from './bothStores.ts';
import { sumMetrics } from './readLedger.ts';

const touched = (user: string, team: string, day: string): TouchedDay => ({ user, team, day });

const TOUCHED = [
  touched('ann', 'blue', '2026-07-14'),
  touched('ann', 'red', '2026-07-14'),
  touched('ann', 'blue', '2026-07-15'),
  touched('ann2', 'green', '2026-07-14'),
  touched('bob', 'blue', '2026-08-01'),
];

onBothStores(({ openLedger }) => {
  it('leads to every opened day, its teams and its users', async () => {
    const { totals } = (await openLedger()).stores;
    await totals.openDays(TOUCHED);
    expect(await totals.days()).toEqual(['2026-07-14', '2026-07-15', '2026-08-01']);
    expect(await totals.teamsOfDay('2026-07-14')).toEqual(['blue', 'green', 'red']);
    expect(await totals.teamsOfDay('2026-07-15')).toEqual(['blue']);
    expect(await totals.teamsOfDay('2026-07-16')).toEqual([]);
    expect(await totals.userDays('ann', { from: '2026-07-01', to: '2026-07-31' })).toEqual([
      { day: '2026-07-14', team: 'blue' },
      { day: '2026-07-14', team: 'red' },
      { day: '2026-07-15', team: 'blue' },
    ]);
  });

  it('opens a day once, however often and by whomever it is opened', async () => {
    const ledger = await openLedger();
    const { totals } = ledger.stores;
    for (const opener of [totals, totals, ledger.joinLedger().totals]) await opener.openDays(TOUCHED);
    await totals.openDays([...TOUCHED, ...TOUCHED]);
    expect(await totals.days()).toHaveLength(3);
    expect(await totals.teamsOfDay('2026-07-14')).toHaveLength(3);
    expect(await totals.userDays('ann', { from: '2026-07-14', to: '2026-07-15' })).toHaveLength(3);
  });

  it('opens nothing when nothing is touched', async () => {
    const { totals } = (await openLedger()).stores;
    await totals.openDays([]);
    expect(await totals.days()).toEqual([]);
  });

  it('opens more days at once than one batch of writes takes', async () => {
    const { totals } = (await openLedger()).stores;
    await totals.openDays(Array.from({ length: 60 }, (_, index) => touched(`user-${index}`, 'blue', DAY)));
    for (const user of ['user-0', 'user-24', 'user-25', 'user-59']) {
      expect(await totals.userDays(user, { from: DAY, to: DAY })).toEqual([{ day: DAY, team: 'blue' }]);
    }
  });

  it.each([
    ['2026-07-13', '2026-07-13', []],
    ['2026-07-14', '2026-07-14', ['2026-07-14']],
    ['2026-07-14', '2026-07-15', ['2026-07-14', '2026-07-15']],
    ['2026-07-15', '2026-07-31', ['2026-07-15']],
    ['2026-07-15', '2026-08-01', ['2026-07-15', '2026-08-01']],
    ['2026-07-16', '2026-07-31', []],
    ['2026-08-02', '2026-12-31', []],
  ])('includes both ends of a range of days: %s to %s', async (from, to, days) => {
    const { totals } = (await openLedger()).stores;
    await totals.openDays(TOUCHED.map(({ day }) => touched('zoe', 'blue', day)));
    expect(await totals.days({ from, to })).toEqual(days);
    expect((await totals.userDays('zoe', { from, to })).map(({ day }) => day)).toEqual(days);
  });

  it('sorts teams and lines by their bytes in UTF-8, as DynamoDB does', async () => {
    const { totals } = (await openLedger()).stores;
    const teams = ['Z', 'a', 'a b', 'é', '\uffff', '🚀'];
    await totals.openDays(teams.toReversed().map((team) => touched('ann', team, DAY)));
    expect(await totals.teamsOfDay(DAY)).toEqual(teams);
  });

  it.each(ODD_IDS)(
    'finds the days of a user on the first and last day of a range: in team %s',
    async (team) => {
      const { totals } = (await openLedger()).stores;
      await totals.openDays([touched(team, team, '2026-07-14'), touched(team, team, '2026-07-15')]);
      for (const day of ['2026-07-14', '2026-07-15']) {
        expect(await totals.userDays(team, { from: day, to: day })).toEqual([{ day, team }]);
      }
    },
  );

  it('keeps the lines of users apart whose names begin alike', async () => {
    const { records, totals } = (await openLedger()).stores;
    const users = ['ann', 'ann2', 'ann ', 'a', 'a%', 'a_', 'an', 'A', 'LINE', '🚀', '🚀🚀'];
    await records.post(
      makeRecords(users.length, (index) => ({ user: users[index] ?? '' })),
      POSTING,
    );
    for (const user of users) {
      const lines = await totals.linesOfUserDay({ user, team: 'blue', day: DAY });
      expect(lines).toMatchObject([{ user, requests: 1 }]);
    }
    expect(await totals.linesOfUserDay({ user: 'an ', team: 'blue', day: DAY })).toEqual([]);
    expect(await totals.linesOfTeamDay('blue', DAY)).toHaveLength(users.length);
  });

  it('keeps the lines of teams and days apart', async () => {
    const { records, totals } = (await openLedger()).stores;
    const owners = [
      { team: 'blue', day: '2026-07-14' },
      { team: 'blue', day: '2026-07-15' },
      { team: 'blue2', day: '2026-07-14' },
    ];
    await records.post(
      makeRecords(owners.length, (index) => makeRecord({ ...owners[index], requestId: `request-${index}` })),
      POSTING,
    );
    for (const { team, day } of owners) {
      expect(await totals.linesOfTeamDay(team, day)).toMatchObject([{ team, day, requests: 1 }]);
    }
    expect(await totals.linesOfTeamDay('blu', '2026-07-14')).toEqual([]);
  });

  it('reads all lines of a team-day that is larger than one page of an answer', async () => {
    const { records, totals } = (await openLedger()).stores;
    const long = 'x'.repeat(120);
    const lineCount = 1_300;
    for (let start = 0; start < lineCount; start += 50) {
      const page = makeRecords(50, (index) => ({
        requestId: `request-${start + index}`,
        user: `${long}${start + index}`,
        model: `${long}${long}`,
        ...{ project: long, entrypoint: long, operation: long, serviceTier: long },
      }));
      await records.post(page, POSTING);
    }
    const lines = await totals.linesOfTeamDay('blue', DAY);
    expect(lines).toHaveLength(lineCount);
    expect(sumMetrics(lines).requests).toBe(lineCount);
  });
});

import {
  DAYS_PARTITION,
  linePartition,
  periodSortKey,
  scopePartition,
  teamsPartition,
  totalKey,
  userPartition,
} from '../keys.ts';
import { indexRows, type TotalStore } from '../totalStore.ts';
import type { World } from './world.ts';

export function memoryTotalStore(world: World): TotalStore {
  const sortKeys = (pk: string) => world.indexRows.entries(pk).map(([sk]) => sk);
  return {
    async openDays(touched) {
      for (const row of indexRows(touched)) world.indexRows.put(row, row);
    },
    async days({ from, to } = { from: '0000-01-01', to: '9999-12-31' }) {
      return sortKeys(DAYS_PARTITION).filter((day) => from <= day && day <= to);
    },
    async teamsOfDay(day) {
      return sortKeys(teamsPartition(day));
    },
    async userDays(user, { from, to }) {
      return sortKeys(userPartition(user))
        .map((key) => key.split('#'))
        .map(([, day = '', team = '']) => ({ day, team }))
        .filter(({ day }) => from <= day && day <= to);
    },
    async linesOfTeamDay(team, day) {
      return world.lines.values(linePartition(team, day));
    },
    async linesOfUserDay({ user, team, day }) {
      return world.lines.values(linePartition(team, day)).filter((line) => line.user === user);
    },
    async dayTotals(scope, { from, to }) {
      const first = periodSortKey({ kind: 'day', day: from });
      const last = periodSortKey({ kind: 'day', day: to });
      const totals = world.totals.entries(scopePartition(scope));
      return totals.filter(([sk]) => first <= sk && sk <= last).map(([, total]) => total);
    },
    async dayTotalsOf(scopes, day) {
      return scopes.flatMap((scope) => world.totals.get(totalKey(scope, { kind: 'day', day })) ?? []);
    },
    async find(scope, period) {
      return world.totals.get(totalKey(scope, period));
    },
    async findLastMonth(scope) {
      return world.totals.values(scopePartition(scope)).findLast(({ period }) => period.kind === 'month');
    },
    async put(total) {
      const key = totalKey(total.scope, total.period);
      const known = world.totals.get(key);
      if (known !== undefined && known.n >= total.n) return 'stale';
      world.totals.put(key, total);
      return 'written';
    },
    async remove(scope, period) {
      world.totals.delete(totalKey(scope, period));
    },
  };
}

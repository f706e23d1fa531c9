import {
  DAYS_PARTITION,
  linePartition,
  periodSortKey,
  rankingKey,
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
    async findAll(wanted) {
      return wanted.flatMap(({ scope, period }) => world.totals.get(totalKey(scope, period)) ?? []);
    },
    async findRanking(name) {
      return world.rankings.get(rankingKey(name));
    },
    async putRanking(ranking) {
      const key = rankingKey(ranking);
      const known = world.rankings.get(key);
      if (known !== undefined && known.n >= ranking.n) return 'stale';
      world.rankings.put(key, ranking);
      return 'written';
    },
    async find(scope, period) {
      return world.totals.get(totalKey(scope, period));
    },
    async put(total) {
      const key = totalKey(total.scope, total.period);
      const known = world.totals.get(key);
      if (known !== undefined && known.n >= total.n) return 'stale';
      world.totals.put(key, total);
      return 'written';
    },
    async replace(total) {
      const key = totalKey(total.scope, total.period);
      if ((world.totals.get(key)?.n ?? 0) > total.n) return 'stale';
      world.totals.put(key, total);
      return 'written';
    },
    async remove(scope, period) {
      world.totals.delete(totalKey(scope, period));
    },
  };
}

import {
  parseStandingChange,
  standingChangeKey,
  standingChangeRanges,
  standingKey,
  standingPartition,
} from '../budgetKeys.ts';
import { RECORD_SHARDS } from '../recordShard.ts';
import { mayReplace, type StandingStore } from '../standingStore.ts';
import type { World } from './world.ts';

export function memoryStandingStore({ standings, standingChanges }: World): StandingStore {
  return {
    async find(places) {
      return places.flatMap((place) => standings.get(standingKey(place)) ?? []);
    },
    async put(standing, now) {
      const key = standingKey(standing);
      if (!mayReplace(standings.get(key), standing)) return 'stale';
      standings.put(key, standing);
      const change = standingChangeKey(standing, now.getTime());
      standingChanges.put(change, change);
      return 'written';
    },
    async changesSince(fromMs, toMs) {
      const sortKeys = standingChangeRanges(fromMs, toMs).flatMap(({ pk, bounds: [from, to] }) =>
        standingChanges
          .entries(pk)
          .map(([sk]) => sk)
          .filter((sk) => from <= sk && sk <= to),
      );
      const keys = new Map(
        sortKeys.map(parseStandingChange).map((place) => [standingKey(place).sk, standingKey(place)]),
      );
      return [...keys.values()].flatMap((key) => standings.get(key) ?? []);
    },
    async *all() {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1)
        yield* standings.values(standingPartition(shard));
    },
  };
}

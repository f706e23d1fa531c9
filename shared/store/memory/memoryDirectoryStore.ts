import type { DirectoryStore } from '../directoryStore.ts';
import { budgetKey, directoryKey } from '../keys.ts';
import type { World } from './world.ts';

/** Remembers no earlier read, so an entry is found as soon as it is put. */
export function memoryDirectoryStore({ users, budgets }: World): DirectoryStore {
  return {
    async findUsers(wanted) {
      const entries = wanted.flatMap((user) => users.get(directoryKey(user)) ?? []);
      return new Map(entries.map((entry) => [entry.user, entry]));
    },
    async putUser(entry) {
      users.put(directoryKey(entry.user), entry);
    },
    async findBudget(team) {
      return budgets.get(budgetKey(team));
    },
    async putBudget(budget) {
      budgets.put(budgetKey(budget.team), budget);
    },
  };
}

import { PROFILES_PARTITION, profileKey } from '../keys.ts';
import type { ProfileStore } from '../profileStore.ts';
import type { World } from './world.ts';

export function memoryProfileStore({ profiles }: World): ProfileStore {
  return {
    async find(arns) {
      return new Map(
        arns.flatMap((arn) => {
          const profile = profiles.get(profileKey(arn));
          return profile === undefined ? [] : [[arn, profile]];
        }),
      );
    },
    async known() {
      const kept = profiles.entries(PROFILES_PARTITION);
      return new Map(
        kept.flatMap(([arn, profile]) => (profile.kind === 'model' ? [[arn, profile.modelId]] : [])),
      );
    },
    async keep(arn, profile) {
      const key = profileKey(arn);
      if (profile.kind === 'none' && profiles.get(key)?.kind === 'model') return;
      profiles.put(key, profile);
    },
  };
}

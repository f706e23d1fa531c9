import { expect, it } from 'vitest';
import { onBothStores } from './bothStores.ts';

const ARN = 'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3';
const OTHER = 'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/d4e5f6';
const MODEL = { kind: 'model', modelId: 'eu.anthropic.claude-sonnet-5-5' } as const;
const NONE = { kind: 'none', reason: 'AccessDeniedException', untilMs: 1_795_168_800_000 } as const;

onBothStores(({ openLedger }) => {
  it('gives what was kept of a profile to every process, and nothing of others', async () => {
    const { stores, joinLedger } = await openLedger();
    await stores.profiles.keep(ARN, MODEL);
    expect(await joinLedger().profiles.find([ARN, OTHER, ARN])).toEqual(new Map([[ARN, MODEL]]));
    expect(await stores.profiles.find([])).toEqual(new Map());
  });

  it('tells that a profile was asked for in vain until its model is known, never the other way', async () => {
    const { stores } = await openLedger();
    await stores.profiles.keep(ARN, NONE);
    expect(await stores.profiles.find([ARN])).toEqual(new Map([[ARN, NONE]]));
    await stores.profiles.keep(ARN, { ...NONE, reason: 'other_region' });
    expect(await stores.profiles.find([ARN])).toEqual(new Map([[ARN, { ...NONE, reason: 'other_region' }]]));
    await stores.profiles.keep(ARN, MODEL);
    await stores.profiles.keep(ARN, NONE);
    expect(await stores.profiles.find([ARN])).toEqual(new Map([[ARN, MODEL]]));
  });

  it('lists the profiles whose models are known', async () => {
    const { stores } = await openLedger();
    expect(await stores.profiles.known()).toEqual(new Map());
    await stores.profiles.keep(ARN, MODEL);
    await stores.profiles.keep(OTHER, NONE);
    expect(await stores.profiles.known()).toEqual(new Map([[ARN, MODEL.modelId]]));
  });
});

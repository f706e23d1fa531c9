import { describe, expect, it } from 'vitest';
import { ingestLogs } from '../../functions/ingestLogs.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import type { ProfileAnswer } from '../../shared/domain/inferenceProfile.ts';
import { bundledPriceBook, type PriceBook } from '../../shared/pricing/priceBook.ts';
import { withProfiles } from '../../shared/pricing/withProfiles.ts';
import { LearntProfiles } from '../../shared/store/learntProfiles.ts';
import { memoryStores } from '../../shared/store/memory/memoryStores.ts';
import { repriceRecords } from '../../shared/store/repriceRecords.ts';
import { POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const BOOK = bundledPriceBook();
const NOW = new Date('2026-11-20T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const MODEL_ARN = 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-5-5';
const FOUND: ProfileAnswer = { kind: 'found', modelArns: [MODEL_ARN] };
const DENIED: ProfileAnswer = { kind: 'refused', reason: 'AccessDeniedException' };
const LATE: ProfileAnswer = { kind: 'failed', reason: 'TimeoutError' };

function arnOf(name: string | number): string {
  return `arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/${name}`;
}

function later(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

/** Answers in turn, the last one again and again; remembers what it was asked. */
function bedrock(...answers: readonly ProfileAnswer[]) {
  const asked: string[] = [];
  return {
    asked,
    ask: async (arn: string) => {
      asked.push(arn);
      return answers[Math.min(asked.length, answers.length) - 1] ?? DENIED;
    },
  };
}

function modelIn(book: PriceBook, arn: string): string | undefined {
  return book.profiles.get(arn);
}

onBothStores(({ openLedger }) => {
  it('asks for a profile once, whatever processes and batches meet it', async () => {
    const { stores, joinLedger } = await openLedger();
    const { ask, asked } = bedrock(FOUND);
    const first = new LearntProfiles(stores.profiles, ask);
    const ids = ['eu.anthropic.claude-opus-5', arnOf('a'), arnOf('a')];
    expect(modelIn(await first.bookFor(BOOK, ids, NOW), arnOf('a'))).toBe(MODEL_ARN);
    await first.bookFor(BOOK, ids, later(1));
    const second = new LearntProfiles(joinLedger().profiles, ask);
    expect(modelIn(await second.bookFor(BOOK, ids, later(2)), arnOf('a'))).toBe(MODEL_ARN);
    expect(asked).toEqual([arnOf('a')]);
  });

  it('asks again an hour after a refusal, also in another process', async () => {
    const { stores, joinLedger } = await openLedger();
    const { ask, asked } = bedrock(DENIED, FOUND);
    const first = new LearntProfiles(stores.profiles, ask);
    expect(modelIn(await first.bookFor(BOOK, [arnOf('a')], NOW), arnOf('a'))).toBeUndefined();
    const second = new LearntProfiles(joinLedger().profiles, ask);
    for (const process of [first, second]) {
      expect(
        modelIn(await process.bookFor(BOOK, [arnOf('a')], later(HOUR_MS - 1)), arnOf('a')),
      ).toBeUndefined();
    }
    expect(asked).toHaveLength(1);
    expect(modelIn(await second.bookFor(BOOK, [arnOf('a')], later(HOUR_MS)), arnOf('a'))).toBe(MODEL_ARN);
    expect(asked).toHaveLength(2);
  });

  it('asks again a minute after a failure, and keeps no failure for other processes', async () => {
    const { stores } = await openLedger();
    const { ask, asked } = bedrock(LATE, FOUND);
    const profiles = new LearntProfiles(stores.profiles, ask);
    await profiles.bookFor(BOOK, [arnOf('a')], NOW);
    expect(await stores.profiles.find([arnOf('a')])).toEqual(new Map());
    await profiles.bookFor(BOOK, [arnOf('a')], later(59_999));
    expect(asked).toHaveLength(1);
    expect(modelIn(await profiles.bookFor(BOOK, [arnOf('a')], later(60_000)), arnOf('a'))).toBe(MODEL_ARN);
  });
});

describe('what is asked', () => {
  it('is nothing for profiles that the price book maps and for ids of models', async () => {
    const { ask, asked } = bedrock(FOUND);
    const profiles = new LearntProfiles(memoryStores().profiles, ask);
    const book = withProfiles(BOOK, new Map([[arnOf('a'), 'eu.anthropic.claude-opus-5']]));
    const used = await profiles.bookFor(book, [arnOf('a'), 'eu.anthropic.claude-opus-5', 'x'], NOW);
    expect(modelIn(used, arnOf('a'))).toBe('eu.anthropic.claude-opus-5');
    expect(asked).toEqual([]);
  });

  it.each([
    [16, 16],
    [17, 16],
  ])('of %i new profiles in one batch are %i, and the others in the next', async (count, expected) => {
    const { ask, asked } = bedrock(FOUND);
    const profiles = new LearntProfiles(memoryStores().profiles, ask);
    const ids = Array.from({ length: count }, (_, index) => arnOf(index));
    await profiles.bookFor(BOOK, ids, NOW);
    expect(asked).toHaveLength(expected);
    const book = await profiles.bookFor(BOOK, ids, NOW);
    expect(ids.map((id) => modelIn(book, id))).toEqual(ids.map(() => MODEL_ARN));
  });

  it('is given up together after a second', async () => {
    const ask = (_arn: string, signal: AbortSignal) =>
      new Promise<ProfileAnswer>((resolve) => signal.addEventListener('abort', () => resolve(LATE)));
    const profiles = new LearntProfiles(memoryStores().profiles, ask);
    const startedMs = performance.now();
    await profiles.bookFor(
      BOOK,
      Array.from({ length: 8 }, (_, index) => arnOf(index)),
      NOW,
    );
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe('an ingest that meets a profile', () => {
  const line = (id: string, name: string) =>
    JSON.stringify({
      schema: 'tollbook.v1',
      id,
      at: '2026-11-20T10:00:00.000Z',
      model: arnOf(name),
      usage: { inputTokens: 1_000, outputTokens: 100 },
      user: 'ada',
      team: 'tools',
    });
  const delivery = (...messages: string[]) =>
    subscriptionEvent({
      logGroup: 'group',
      logStream: 'stream',
      logEvents: messages.map((message, index) => ({ id: String(index), timestamp: NOW.getTime(), message })),
    });

  it('posts without a price while nobody can tell the model, and repricing mends it later', async () => {
    const stores = memoryStores();
    const { ask } = bedrock(LATE, FOUND);
    const posting = { ...POSTING, now: NOW };
    const dependencies = { stores, priceBook: BOOK, pause: async () => {}, posting };
    const ingest = (ids: string, now: Date, profiles: LearntProfiles) =>
      ingestLogs(delivery(line(ids, 'a')), { ...dependencies, profiles, posting: { ...posting, now } });

    const profiles = new LearntProfiles(stores.profiles, ask);
    expect(await ingest('r1', NOW, profiles)).toMatchObject({ posted: 1, unpriced: 1, costPicoUsd: 0n });
    // 1,000 x 2.2 USD a million = 2,200,000 x 1,000 pico-USD, and 100 x 11 = 1,100,000 x 1,000.
    const costPicoUsd = 3_300_000_000n;
    expect(await ingest('r2', later(60_000), profiles)).toMatchObject({
      posted: 1,
      unpriced: 0,
      costPicoUsd,
    });

    const range = { from: '2026-11-20', to: '2026-11-20' };
    const priceBook = withProfiles(BOOK, await stores.profiles.known());
    const models = await repriceRecords(
      { range, isDryRun: false },
      { ...dependencies, ...stores, priceBook, posting: () => dependencies.posting },
    );
    expect(models.get('claude-sonnet-5-5')).toMatchObject({
      records: 2,
      changed: 1,
      unpricedAfter: 0,
      beforePicoUsd: costPicoUsd,
      afterPicoUsd: 2n * costPicoUsd,
    });
  });
});

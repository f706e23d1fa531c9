import { describe, expect, it } from 'vitest';
import { budgetSnapshot } from '../../../functions/budgetSnapshot.ts';
import { decisions } from '../../../functions/decisions.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { openBurstCounter } from '../../../shared/store/burstCounter.ts';
import { readDoorbells } from '../../../shared/store/doorbell.ts';
import { parseLineKey, parseTotalKey } from '../../../shared/store/keys.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { openPersonCache } from '../../../shared/store/personCache.ts';
import { openPolicyCache } from '../../../shared/store/policyCache.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';

describe('the recorded stream events', () => {
  it('ring for the daily lines that changed', () => {
    const bells = readDoorbells(recordedEvent('rollUp'));
    expect(bells.map(({ key }) => parseLineKey(key))).toMatchObject([
      { team: 'chess', day: '2026-11-22', user: 'ada.lind@example.com', project: 'minutes' },
      { team: 'unattributed', day: '2026-11-22', user: 'sofia.marin@example.com', project: '-' },
      { team: 'chess', day: '2026-11-22', user: 'ada.lind@example.com', project: 'minutes' },
    ]);
    expect(new Set(bells.map(({ sequenceNumber }) => sequenceNumber)).size).toBe(3);
  });

  it('ring for the days of a team and of the organisation', () => {
    const bells = readDoorbells(recordedEvent('evaluateBudgets'));
    expect(bells.map(({ key }) => parseTotalKey(key))).toStrictEqual([
      { scope: { kind: 'team', id: 'chess' }, period: { kind: 'day', day: '2026-11-24' } },
      { scope: { kind: 'org' }, period: { kind: 'day', day: '2026-11-24' } },
    ]);
  });

  it.each([
    'ingestLogs',
    'controlMessage',
    'notify',
    'userCosts',
    'quoteCosts',
    'decisions',
    'budgetSnapshot',
    'schedule',
  ])('are not to be confused with that of %s', (name) => {
    expect(() => readDoorbells(recordedEvent(name))).toThrow();
  });
});

describe('the recorded questions of a gateway', () => {
  it('are answered as such', async () => {
    const stores = memoryStores();
    const now = new Date('2026-11-22T11:20:00.000Z');
    const kept = { ...stores, now, roleClaim: 'tollbook_role' };
    const decision = await decisions(recordedEvent('decisions'), {
      ...kept,
      policies: openPolicyCache(stores.policies),
      bursts: openBurstCounter({ bursts: stores.bursts, pause: async () => {} }),
      reservations: { stores, pause: async () => {} },
      openPriceBook: bundledPriceBook,
    });
    expect(JSON.parse(decision.body ?? '')).toMatchObject({ action: 'allow', message: 'Request approved' });
    const persons = openPersonCache(stores.directory);
    const snapshot = await budgetSnapshot(recordedEvent('budgetSnapshot'), { ...kept, persons });
    expect(snapshot.statusCode).toBe(200);
  });
});

describe('the recorded schedule', () => {
  it('has the shape that EventBridge sends', () => {
    expect(recordedEvent('schedule')).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      detail: {},
    });
  });
});

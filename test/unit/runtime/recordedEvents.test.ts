import { describe, expect, it } from 'vitest';
import { readDoorbells } from '../../../shared/store/doorbell.ts';
import { parseLineKey, parseTotalKey } from '../../../shared/store/keys.ts';
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

  it('ring for the months of a team and of the organisation', () => {
    const bells = readDoorbells(recordedEvent('evaluateBudgets'));
    expect(bells.map(({ key }) => parseTotalKey(key))).toStrictEqual([
      { scope: { kind: 'team', id: 'chess' }, period: { kind: 'month', month: '2026-11' } },
      { scope: { kind: 'org' }, period: { kind: 'month', month: '2026-11' } },
    ]);
  });

  it.each(['ingestLogs', 'controlMessage', 'notify', 'userCosts', 'quoteCosts', 'schedule'])(
    'are not to be confused with that of %s',
    (name) => {
      expect(() => readDoorbells(recordedEvent(name))).toThrow();
    },
  );
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

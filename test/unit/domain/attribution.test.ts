import { describe, expect, it } from 'vitest';
import { attributeUsage } from '../../../shared/domain/attribution.ts';
import type { DirectoryUser } from '../../../shared/domain/placement.ts';
import type { Usage } from '../../../shared/domain/usage.ts';
import { bedrockRecord, usageOf } from '../../fixtures/decoding.ts';
import { placed } from '../../support/directory.ts';

const BARE = usageOf(bedrockRecord());
const IN_CHESS = placed('mira', { team: 'chess' });
const IN_UNIT = placed('mira', { businessUnit: 'games' });
const IN_BOTH = placed('mira', { team: 'chess', businessUnit: 'games' });
const PAID_BY = placed('mira', { team: 'chess', department: 'play', costCentre: 'c-1' });

describe('attributeUsage', () => {
  it.each<[string, Partial<Usage>, DirectoryUser | undefined, object]>([
    [
      'what the log states comes first',
      { user: 'mira', team: 'rivers' },
      IN_CHESS,
      { user: 'mira', team: 'rivers', teamSource: 'log' },
    ],
    [
      'the directory fills a team that the log does not state',
      { user: 'mira' },
      IN_CHESS,
      { user: 'mira', team: 'chess', teamSource: 'directory' },
    ],
    [
      'a user whom nobody knows has no team',
      { user: 'mira' },
      undefined,
      { user: 'mira', team: 'unattributed', teamSource: 'none' },
    ],
    [
      'an entry without a team gives none, but its business unit',
      { user: 'mira' },
      IN_UNIT,
      { user: 'mira', team: 'unattributed', teamSource: 'none', businessUnit: 'games' },
    ],
    [
      'the business unit is the directory’s even when the log states the team',
      { user: 'mira', team: 'rivers' },
      IN_BOTH,
      { user: 'mira', team: 'rivers', teamSource: 'log', businessUnit: 'games' },
    ],
    [
      'a team and its business unit may both come from the directory',
      { user: 'mira' },
      IN_BOTH,
      { user: 'mira', team: 'chess', teamSource: 'directory', businessUnit: 'games' },
    ],
    [
      'a team without a user is still a team',
      { team: 'rivers' },
      undefined,
      { user: 'unattributed', team: 'rivers', teamSource: 'log' },
    ],
    [
      'a request of nobody is counted all the same',
      {},
      undefined,
      { user: 'unattributed', team: 'unattributed', teamSource: 'none' },
    ],
    [
      'a team that the log calls unattributed is the log’s word',
      { user: 'mira', team: 'unattributed' },
      IN_CHESS,
      { user: 'mira', team: 'unattributed', teamSource: 'log' },
    ],
    [
      'the directory fills in who pays',
      { user: 'mira' },
      PAID_BY,
      {
        user: 'mira',
        team: 'chess',
        teamSource: 'directory',
        department: 'play',
        costCentre: 'c-1',
        filledIn: ['department', 'costCentre'],
      },
    ],
    [
      'and leaves alone what the log states of it',
      { user: 'mira', department: 'sales' },
      PAID_BY,
      { user: 'mira', team: 'chess', teamSource: 'directory', costCentre: 'c-1', filledIn: ['costCentre'] },
    ],
  ])('%s', (_rule, stated, entry, attribution) => {
    expect(attributeUsage({ ...BARE, ...stated }, entry)).toStrictEqual(attribution);
  });
});

describe('a user who moved', () => {
  const MOVED: DirectoryUser = {
    user: 'mira',
    placements: [
      { to: '2026-07-14', team: 'chess' },
      { from: '2026-07-15', team: 'rivers' },
    ],
  };

  it.each([
    ['2026-07-13T23:59:59.999Z', 'chess'],
    ['2026-07-14T00:00:00.000Z', 'unattributed'],
    ['2026-07-14T23:59:59.999Z', 'unattributed'],
    ['2026-07-15T00:00:00.000Z', 'rivers'],
    ['2030-01-01T00:00:00.000Z', 'rivers'],
  ])('belongs at %s to %s', (startedAt, team) => {
    expect(attributeUsage({ ...BARE, user: 'mira', startedAt }, MOVED).team).toBe(team);
  });
});

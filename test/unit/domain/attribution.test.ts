import { describe, expect, it } from 'vitest';
import { attributeUsage, type DirectoryEntry } from '../../../shared/domain/attribution.ts';
import type { Usage } from '../../../shared/domain/usage.ts';
import { bedrockRecord, usageOf } from '../../fixtures/decoding.ts';

const BARE = usageOf(bedrockRecord());
const IN_CHESS: DirectoryEntry = { user: 'mira', team: 'chess' };
const IN_UNIT: DirectoryEntry = { user: 'mira', businessUnit: 'games' };

describe('attributeUsage', () => {
  it.each<[string, Partial<Usage>, DirectoryEntry | undefined, object]>([
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
      { ...IN_CHESS, ...IN_UNIT },
      { user: 'mira', team: 'rivers', teamSource: 'log', businessUnit: 'games' },
    ],
    [
      'a team and its business unit may both come from the directory',
      { user: 'mira' },
      { ...IN_CHESS, ...IN_UNIT },
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
  ])('%s', (_rule, stated, entry, attribution) => {
    expect(attributeUsage({ ...BARE, ...stated }, entry)).toStrictEqual(attribution);
  });
});

import { type AlertSeverity, SEVERITIES } from '../../domain/alerts/alert.ts';
import type { Digest, QuietHours } from '../../domain/alerts/alertPolicy.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { digestHours } from './alertWords.ts';
import type { Defaults } from './budgetSection.ts';
import type { Notes, Part } from './notes.ts';
import { parsePart } from './parts.ts';
import { weekdays } from './weekdays.ts';
import { clock, timeZone } from './words.ts';

/** When a channel's messages are held back: quiet hours, and digests. */

const MINUTES_PER_DAY = 1_440;
const HOURS_PER_DAY = 24;
const EVERY_DAY: readonly number[] = [1, 2, 3, 4, 5, 6, 7];
const MOST_SEVERE: AlertSeverity = 'critical';
const MILDEST: AlertSeverity = 'info';

export const severity = choice(SEVERITIES, 'severity');

const quietShape = section({
  from: clock,
  to: clock,
  days: weekdays.default([...EVERY_DAY]),
  timeZone: timeZone.optional(),
  except: severity.default(MOST_SEVERE),
});

export function readQuietHours(part: Part, defaults: Defaults, notes: Notes): QuietHours | undefined {
  const fields = part.value === undefined ? undefined : parsePart(quietShape, part, notes);
  if (fields === undefined) return undefined;
  const { from, to, days, except } = fields;
  if (from === MINUTES_PER_DAY)
    notes.mistake([...part.path, 'from'], 'a quiet time that begins at 24:00 begins at 00:00');
  if (from === to)
    notes.mistake([...part.path, 'to'], 'the end is the start; for a whole day write from 00:00 to 24:00');
  if (except === MILDEST)
    notes.warn([...part.path, 'except'], 'every message is as severe as this, so none is held');
  const zone = fields.timeZone ?? defaults.timeZone;
  return { timeZone: zone, days, startMinute: from, endMinute: to, exceptFrom: except };
}

const digestShape = section({
  upTo: severity.default('warning'),
  every: digestHours.optional(),
  daily: clock.optional(),
  timeZone: timeZone.optional(),
});

export function readDigest(part: Part, defaults: Defaults, notes: Notes): Digest | undefined {
  const fields = part.value === undefined ? undefined : parsePart(digestShape, part, notes);
  if (fields === undefined) return undefined;
  const { upTo, every, daily } = fields;
  if ((every === undefined) === (daily === undefined)) {
    notes.mistake(part.path, 'a digest comes every: 1h or daily: "09:00"; give one of these');
    return undefined;
  }
  if (daily === MINUTES_PER_DAY) notes.mistake([...part.path, 'daily'], 'write 24:00 as 00:00');
  if (upTo === MOST_SEVERE) notes.warn([...part.path, 'upTo'], 'what is critical waits for the digest, too');
  const zone = fields.timeZone ?? defaults.timeZone;
  return { upTo, everyHours: every ?? HOURS_PER_DAY, atMinute: daily ?? 0, timeZone: zone };
}

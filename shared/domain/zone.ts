/**
 * Wall clocks of IANA time zones, on the zone data that the runtime brings along. Asking the runtime takes
 * microseconds, so callers remember what they were told; the formats themselves are kept here.
 */

/** What a clock on the wall shows: the day `YYYY-MM-DD` and the minutes since midnight, 0 to 1,439. */
export type WallTime = Readonly<{ day: string; minute: number }>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** There are some 600 zones; more names than that are spellings, and no reason to keep them. */
const MAX_KEPT_FORMATS = 1_024;

const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a zone that the runtime knows, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * What clocks show at an instant.
 *
 * @throws RangeError for a zone that the runtime does not know.
 */
export function wallTimeAt(timeZone: string, atMs: number): WallTime {
  const wall = new Date(atMs + offsetMs(timeZone, atMs));
  return { day: wall.toISOString().slice(0, 10), minute: wall.getUTCHours() * 60 + wall.getUTCMinutes() };
}

/**
 * When clocks show this minute of a day, in milliseconds since 1970; `minute` may pass the end of the day.
 * Of a time that comes twice in autumn, the first; for one that spring leaves out, the moment of the jump:
 * so a day begins where its first instant is, also in zones whose clocks jump at midnight.
 */
export function instantOf(timeZone: string, day: string, minute = 0): number {
  const wallMs = Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS;
  const before = offsetMs(timeZone, wallMs - DAY_MS);
  const after = offsetMs(timeZone, wallMs + DAY_MS);
  // The larger offset is the earlier instant.
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    if (offsetMs(timeZone, wallMs - offset) === offset) return wallMs - offset;
  }
  return jumpBetween(timeZone, wallMs - after, wallMs - before);
}

/** The first instant after `fromMs` with the offset of `toMs`, between which clocks jump once. */
function jumpBetween(timeZone: string, fromMs: number, toMs: number): number {
  const offset = offsetMs(timeZone, toMs);
  let earlier = fromMs;
  let later = toMs;
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (offsetMs(timeZone, middle) === offset) later = middle;
    else earlier = middle;
  }
  return later;
}

/** How far clocks are ahead of UTC. */
function offsetMs(timeZone: string, atMs: number): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wallMs = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wallMs - Math.floor(atMs / 1_000) * 1_000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= MAX_KEPT_FORMATS) formats.clear();
  formats.set(timeZone, format);
  return format;
}

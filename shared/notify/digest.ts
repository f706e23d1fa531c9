import { SEVERITIES } from '../domain/alerts/alert.ts';
import { plural, severityWord } from '../domain/alerts/alertWords.ts';
import type { Notice } from '../domain/alerts/notice.ts';

/** Several notices as one message: a title that counts them, those that fit, and how many more there are. */
export type Digest = Readonly<{ title: string; shown: readonly Notice[]; more: number }>;

/** The worst come first, equal ones as they came. */
export function makeDigest(notices: readonly Notice[], maxShown: number): Digest {
  const worstFirst = notices.toSorted(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
  );
  const shown = worstFirst.slice(0, maxShown);
  return { title: digestTitle(notices), shown, more: notices.length - shown.length };
}

/** `3 alerts: 1 critical, 2 warnings`. */
function digestTitle(notices: readonly Notice[]): string {
  const counts = SEVERITIES.toReversed().flatMap((severity) => {
    const count = notices.filter((notice) => notice.severity === severity).length;
    if (count === 0) return [];
    const word = severityWord(severity).toLowerCase();
    return severity === 'critical' ? [`${count} critical`] : [plural(count, word)];
  });
  return `${plural(notices.length, 'alert')}: ${counts.join(', ')}`;
}

/** `Warning: Team payments has used 82% of its monthly budget (2026-11)`. */
export function headline({ severity, title }: Pick<Notice, 'severity' | 'title'>): string {
  return `${severityWord(severity)}: ${title}`;
}

/** `and 14 more`. */
export function moreText(more: number): string {
  return `and ${more} more`;
}

/** The only notice there is, or nothing where there are several. Throws where there is none to tell. */
export function singleNotice(notices: readonly Notice[]): Notice | undefined {
  const [first, ...others] = notices;
  if (first === undefined) throw new RangeError('a message needs a notice');
  return others.length === 0 ? first : undefined;
}

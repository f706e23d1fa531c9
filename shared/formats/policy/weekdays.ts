import { z } from 'zod';
import { WEEKDAYS } from '../../domain/weekdays.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import { word } from './words.ts';

const day = word((text) => {
  const index = WEEKDAYS.indexOf(text);
  if (index >= 0) return { value: index + 1 };
  const hint = didYouMean(text, WEEKDAYS) || `; there are ${WEEKDAYS.join(', ')}`;
  return { problem: `unknown day ${text}${hint}` };
});

const span = word((text) => {
  const [first, last = first] = text.split('-').map((name) => WEEKDAYS.indexOf(name) + 1);
  if (first === undefined || last === undefined || text.split('-').length > 2 || first < 1 || last < first) {
    return { problem: `${JSON.stringify(text)} are no days such as Mon-Fri or [Mon, Wed]` };
  }
  return { value: Array.from({ length: last - first + 1 }, (_, index) => first + index) };
});

/** `Mon-Fri`, `Sat`, or a list of days; 1 is Monday. */
export const weekdays = z.union([
  span,
  z
    .array(day)
    .min(1)
    .transform((days) => [...new Set(days)].sort((a, b) => a - b)),
]);

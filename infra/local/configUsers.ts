import { z } from 'zod';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { identifierProblem } from '../../shared/domain/identifier.ts';
import { isDay } from '../../shared/domain/period.ts';
import { findOverlap, type Placement } from '../../shared/domain/placement.ts';

/** A name that a record may hold. */
export const id = z.string().superRefine((text, context) => {
  const problem = identifierProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: `"${text}" ${problem}` });
});

const day = z.string().refine(isDay, 'is no day of the form YYYY-MM-DD');

const placement = z
  .strictObject({
    from: day.optional(),
    to: day.optional(),
    team: id.optional(),
    businessUnit: id.optional(),
    department: id.optional(),
    costCentre: id.optional(),
    lead: id.optional(),
    tier: id.optional(),
    roles: z.array(id).optional(),
  })
  .transform((read): Placement => definedOnly(read));

/**
 * Where people belong: a placement, or a list of dated ones. Two placements of one person on one day are refused
 * at the second of them.
 */
export const usersSchema = z.record(
  id,
  z.unknown().transform((value, context): readonly Placement[] => {
    const isList = Array.isArray(value);
    const read = z.array(placement).safeParse(isList ? value : [value]);
    if (!read.success) {
      const { path, message } = read.error.issues[0] ?? { path: [], message: 'cannot be read' };
      context.addIssue({ code: 'custom', path: isList ? path : path.slice(1), message });
      return z.NEVER;
    }
    const overlap = findOverlap(read.data);
    if (overlap !== undefined) {
      const { from, to } = read.data[overlap.index] ?? {};
      const message =
        from !== undefined && to !== undefined && to <= from
          ? `ends on ${to}, before it begins; "to" is the first day that is not part of it`
          : `is a second placement for ${overlap.day}; end the other with "to: ${overlap.day}", the first day that is not part of it`;
      context.addIssue({ code: 'custom', path: isList ? [overlap.index] : [], message });
      return z.NEVER;
    }
    return read.data;
  }),
);

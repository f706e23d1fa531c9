import { z } from 'zod';
import { definedOnly } from '../domain/definedOnly.ts';
import { COST_CLASSES } from '../domain/metrics.ts';
import { type Consumption, consumptionOfRecord } from '../domain/policy/consumption.ts';
import { TOKEN_CLASSES } from '../domain/tokens.ts';
import type { ArchivedLine } from './archivedLines.ts';
import { ArchiveError } from './archiveObjects.ts';

const text = z.string();
const optionalText = text.optional();
const decimal = text.regex(/^-?\d{1,30}$/).transform(BigInt);

const consumedRecord = z.object({
  user: text,
  model: text,
  team: text,
  project: optionalText,
  operation: text,
  entrypoint: optionalText,
  businessUnit: optionalText,
  department: optionalText,
  costCentre: optionalText,
  priority: optionalText,
  startedAt: z.iso.datetime(),
  tokens: z.record(z.enum(TOKEN_CLASSES), z.int().nonnegative()),
  costPicoUsd: z.record(z.enum(COST_CLASSES), decimal),
  unpricedReason: optionalText,
});

/** What budgets look at of an archived record. Throws an `ArchiveError` where the line does not say it. */
export function consumptionOfArchived({ text: line }: ArchivedLine): Consumption {
  const read = consumedRecord.safeParse(JSON.parse(line));
  if (read.success) return consumptionOfRecord(definedOnly(read.data));
  throw new ArchiveError('damaged', 'a line of the archive is no whole record', { cause: read.error });
}

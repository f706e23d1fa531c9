import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import { defaultPreset, LADDER_PRESETS, presetLadder } from '../../domain/policy/ladderPresets.ts';
import type { BudgetPeriod, Limit, Rung, Target } from '../../domain/policy/policy.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { action } from './action.ts';
import type { Notes, Part } from './notes.ts';
import { itemsOf, parsePart } from './parts.ts';
import { flag, header, message, wholePercent } from './words.ts';

export const AUDIENCES = ['lead', 'managers', 'approvers'] as const;

const audience = choice(AUDIENCES, 'audience');

const rungShape = section({
  at: wholePercent(1),
  do: action,
  say: message.optional(),
  header: header.optional(),
  tell: z.union([z.array(audience), audience.transform((name) => [name])]).default([]),
  raiseMonitoring: flag.default(false),
});

const presetShape = choice(LADDER_PRESETS, 'ladder');

/** A ladder before it is known what it is the ladder of, because presets say so. */
export type LadderFor = (
  of: Readonly<{ target: Target; period: BudgetPeriod; limit: Limit }>,
) => readonly Rung[];

/** The name of a preset or a list of rungs; the default of its target where there is none. */
export function readLadder(part: Part, notes: Notes): LadderFor | undefined {
  if (part.value === undefined) return (of) => presetLadder(defaultPreset(of.target), of);
  if (typeof part.value === 'string') {
    const preset = parsePart(presetShape, part, notes);
    return preset && ((of) => presetLadder(preset, of));
  }
  const items = itemsOf(part, notes);
  const rungs = items.flatMap((item) => readRung(item, notes) ?? []);
  return rungs.length === items.length ? () => rungs : undefined;
}

function readRung(part: Part, notes: Notes): Rung | undefined {
  const fields = parsePart(rungShape, part, notes);
  if (fields === undefined) return undefined;
  const { at, do: does, say, header: sent, tell, raiseMonitoring } = fields;
  return {
    percent: at,
    action: does,
    ...definedOnly({ message: say, header: sent }),
    notify: AUDIENCES.filter((name) => tell.includes(name)),
    raisesMonitoring: raiseMonitoring,
  };
}

import { z } from 'zod';

/** Characters as Slack counts them, in UTF-16 units, which is the strictest count. */
const upTo = (length: number) => z.string().min(1).max(length);

const plain = (length: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: upTo(length), emoji: z.boolean().optional() });
const words = (length: number) =>
  z.union([
    plain(length),
    z.strictObject({ type: z.literal('mrkdwn'), text: upTo(length), verbatim: z.boolean().optional() }),
  ]);

const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: upTo(255),
  value: upTo(2_000).optional(),
  url: z.url().max(3_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: upTo(75).optional(),
  confirm: z.unknown().optional(),
});

const block = { block_id: upTo(255).optional() };

const blockSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...block, type: z.literal('header'), text: plain(150) }),
  z.strictObject({
    ...block,
    type: z.literal('section'),
    text: words(3_000).optional(),
    fields: z.array(words(2_000)).min(1).max(10).optional(),
    expand: z.boolean().optional(),
  }),
  z.strictObject({
    ...block,
    type: z.literal('context'),
    elements: z.array(words(3_000)).min(1).max(10),
  }),
  z.strictObject({ ...block, type: z.literal('actions'), elements: z.array(button).min(1).max(25) }),
  z.strictObject({ ...block, type: z.literal('divider') }),
]);

/** What Slack takes of a message that it is told to show: Block Kit within its limits. Source: docs.slack.dev. */
export const slackMessageSchema = z.object({
  text: z.string().min(1).max(40_000),
  blocks: z
    .array(blockSchema)
    .max(50)
    .refine((blocks) => hasNoRepeats(blocks.flatMap(({ block_id }) => block_id ?? [])), 'block_id repeats')
    .default([]),
  thread_ts: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
});

function hasNoRepeats(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}

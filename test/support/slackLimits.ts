import { z } from 'zod';

/** Slack's limits of messages: docs.slack.dev/reference/block-kit. */

const textOf = (max: number) =>
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('plain_text'),
      text: z.string().min(1).max(max),
      emoji: z.literal(false),
    }),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: z.string().min(1).max(max),
      verbatim: z.literal(true),
    }),
  ]);
const plainOf = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.literal(false),
  });

const button = z.strictObject({
  type: z.literal('button'),
  text: plainOf(75),
  action_id: z.string().min(1).max(255),
  value: z.string().min(1).max(2_000),
  style: z.enum(['primary', 'danger']).optional(),
  url: z.url().max(3_000).optional(),
});

const block = z.union([
  z.strictObject({ type: z.literal('header'), text: plainOf(150) }),
  z.strictObject({ type: z.literal('section'), text: textOf(3_000) }),
  z.strictObject({ type: z.literal('section'), fields: z.array(textOf(2_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('context'), elements: z.array(textOf(2_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(button).min(1).max(25) }),
]);

const slackSchema = z.strictObject({
  text: z.string().min(1).max(4_000),
  blocks: z.array(block).min(1).max(50),
});

/** What Slack, or a careful reader, would object to in a message; nothing when it is as it should be. */
export function slackProblems(message: unknown): string[] {
  const parsed = slackSchema.safeParse(message);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { text, blocks } = parsed.data;
  const actionIds = blocks.flatMap((each) =>
    each.type === 'actions' ? each.elements.map(({ action_id }) => action_id) : [],
  );
  return [
    ...(new Set(actionIds).size < actionIds.length ? ['an action_id comes twice'] : []),
    ...textProblems(text),
    ...formattingProblems(text, 0),
    ...blocks
      .flatMap(textsOf)
      .flatMap((each) => [
        ...textProblems(each.text),
        ...(each.type === 'mrkdwn' ? formattingProblems(each.text, 2) : []),
      ]),
  ];
}

type Text = z.infer<ReturnType<typeof textOf>>;

function textsOf(each: z.infer<typeof block>): Text[] {
  if (each.type === 'header') return [each.text];
  if (each.type === 'actions') return each.elements.map(({ text }) => text);
  if (each.type === 'context') return each.elements;
  return 'fields' in each ? each.fields : [each.text];
}

/** Control sequences, mentions, and characters that hide or turn the text. */
export function textProblems(text: string): string[] {
  const rules: [string, RegExp][] = [
    ['a raw angle bracket', /[<>]/],
    ['a raw ampersand', /&(?!(?:amp|lt|gt);)/],
    ['a mention', /(?<!\w)@(?:here|channel|everyone|group)/i],
    ['a hidden character', /[^\P{Cc}\n]|[^\P{Cf}\u{200d}]/u],
  ];
  return [
    ...rules.filter(([, rule]) => rule.test(text)).map(([name]) => `${name} in ${JSON.stringify(text)}`),
    ...(text.isWellFormed() ? [] : ['half a surrogate pair']),
  ];
}

/** Our own formatting is one pair of a kind in a line; any other comes from a name. */
function formattingProblems(text: string, own: 0 | 2): string[] {
  return text.split('\n').flatMap((line) => {
    const count = (sign: string) => line.split(sign).length - 1;
    const isOwn = (sign: string) => count(sign) === 0 || count(sign) === own;
    const isUnderlined = /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/.test(line);
    const isFine = isOwn('*') && isOwn('`') && count('~') === 0 && !isUnderlined;
    return isFine ? [] : [`formatting in ${JSON.stringify(line)}`];
  });
}

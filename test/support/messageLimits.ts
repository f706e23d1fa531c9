import { z } from 'zod';
import { textProblems } from './slackLimits.ts';

const line = z.string().regex(/^[^\n\r]+$/);
const text = (max: number) => z.string().min(1).max(max);

/** The schema of docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html: anything else is dropped. */
const amazonQSchema = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: text(1_024).optional(),
  content: z.strictObject({
    textType: z.literal('client-markdown'),
    title: line.max(250),
    description: text(8_000),
    nextSteps: z.array(line).min(1).max(10).optional(),
    keywords: z.array(line).max(10),
  }),
  metadata: z.strictObject({
    threadId: text(1_024),
    summary: text(1_000),
    eventType: line,
    relatedResources: z.array(line).max(10),
    additionalContext: z
      .record(z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), z.string().max(1_024))
      .refine((entries) => Object.keys(entries).length <= 5, 'more than five entries')
      .refine((entries) => 'alertId' in entries, 'no alertId'),
  }),
});

export function amazonQProblems(message: unknown): string[] {
  const parsed = amazonQSchema.safeParse(message);
  if (!parsed.success) return issuesOf(parsed.error);
  const { title, description, nextSteps = [], keywords } = parsed.data.content;
  const { summary, relatedResources } = parsed.data.metadata;
  const shown = [title, description, ...nextSteps, ...keywords, summary, ...relatedResources];
  return shown.flatMap((each) => [...textProblems(each), ...(/\]\(/.test(each) ? ['a Markdown link'] : [])]);
}

/** SES takes 40 MB; half of one is far more than anybody reads. */
const emailSchema = z.strictObject({
  subject: line.max(150).regex(/^[^\p{Cc}]*$/u),
  text: text(500_000),
  html: text(500_000),
});

/** Tags that the messages are made of; nothing else may come out of a name. */
const TAGS = /^<\/?(?:html|head|meta|title|body|table|tr|td|th|div|span|a|br)(?: [a-z-]+(?:="[^"<>]*")?)*>$/;
const ADDRESSES = /(?:src|href|url|background)\s*=?\s*["'(]/gi;

export function emailProblems(message: unknown, viewUrl?: string): string[] {
  const parsed = emailSchema.safeParse(message);
  if (!parsed.success) return issuesOf(parsed.error);
  const { text: plain, html } = parsed.data;
  const tags = html.replace('<!doctype html>', '').match(/<[^>]*>?/g) ?? [];
  const links = html.match(ADDRESSES) ?? [];
  return [
    ...tags.filter((tag) => !TAGS.test(tag)).map((tag) => `the tag ${tag}`),
    ...(links.length > (viewUrl === undefined ? 0 : 1) ? ['an address that is loaded'] : []),
    ...(/&(?!(?:amp|lt|gt|quot|#39|nbsp);)/.test(html) ? ['a raw ampersand'] : []),
    ...[plain, html]
      .filter((each) => /[^\P{Cc}\n]|[^\P{Cf}\u{200d}]/u.test(each))
      .map(() => 'a hidden character'),
  ];
}

function issuesOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

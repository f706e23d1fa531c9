import { z } from 'zod';

/** What somebody pressed in Slack. */
export type SlackClick = Readonly<{
  /** Slack's id of the person. */
  slackUser: string;
  action: 'approve' | 'deny' | 'snooze';
  /** Value of the button. */
  alertId: string;
  at: Date;
  /** Where the message can be replaced, or the person be answered: a secret for half an hour. */
  responseUrl: string;
}>;

/** `other` is what Slack tells of and nobody has to act on, such as a link that was followed. */
export type ReadClick =
  | Readonly<{ kind: 'click'; click: SlackClick }>
  | Readonly<{ kind: 'other' }>
  | Readonly<{ kind: 'unreadable' }>;

const MAX_ID_LENGTH = 2_000;
const MS_PER_SECOND = 1_000;

const payloadSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('block_actions'),
    user: z.object({ id: z.string().min(1).max(MAX_ID_LENGTH) }),
    response_url: z.url(),
    actions: z.array(
      z.object({
        action_id: z.string(),
        value: z.string().min(1).max(MAX_ID_LENGTH).optional(),
        /** Seconds since 1970 with six places; the same when Slack sends a click again. */
        action_ts: z.string().regex(/^\d{1,11}\.\d{1,9}$/),
      }),
    ),
  }),
  z.object({
    type: z.enum(['view_submission', 'view_closed', 'shortcut', 'message_action', 'block_suggestion']),
  }),
]);

const actionSchema = z.enum(['approve', 'deny', 'snooze']);

/**
 * Reads the body of an interaction: a form whose field `payload` is JSON.
 * Source: docs.slack.dev/reference/interaction-payloads/block_actions-payload.
 */
export function readSlackClick(body: string): ReadClick {
  const payload = payloadSchema.safeParse(parsedJson(new URLSearchParams(body).get('payload') ?? ''));
  if (!payload.success) return { kind: 'unreadable' };
  if (payload.data.type !== 'block_actions') return { kind: 'other' };
  const { user, actions, response_url: responseUrl } = payload.data;
  const [first] = actions;
  const action = actionSchema.safeParse(first?.action_id);
  if (first?.value === undefined || !action.success) return { kind: 'other' };
  const at = new Date(Math.floor(Number(first.action_ts) * MS_PER_SECOND));
  return {
    kind: 'click',
    click: { slackUser: user.id, action: action.data, alertId: first.value, at, responseUrl },
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

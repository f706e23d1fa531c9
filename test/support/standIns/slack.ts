import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type Disturbance, Disturbances } from './disturbances.ts';
import { serveStandIn } from './serve.ts';
import { slackMessageSchema } from './slackShapes.ts';

export type SlackPost = Readonly<{
  way: 'webhook' | 'bot' | 'response';
  /** Conversation or person; empty by a webhook, which has its own. */
  channel: string;
  /** Slack's name of the message; a webhook does not tell it. */
  ts: string;
  message: z.infer<typeof slackMessageSchema>;
  /** All that was sent, also what is no part of the message's words. */
  body: Readonly<Record<string, unknown>>;
}>;

/** A workspace that a test can look into and disturb. */
export type SlackStandIn = {
  url: string;
  /** What Slack shows, in the order in which it came. */
  shown: SlackPost[];
  /** Each request, also those that were refused or disturbed. */
  requests: number;
  token: string;
  /** Path of the incoming webhook, which is the secret in its address. */
  hookPath: string;
  conversations: Set<string>;
  disturb(...disturbances: readonly Disturbance[]): void;
};

const JSON_TYPE = /^application\/json(;|$)/;

/**
 * Stands in for a workspace of Slack: an incoming webhook, `chat.postMessage`, and `response_url` of clicks. It
 * shows what Slack would, and refuses by Slack's words what Slack would refuse. Reached by `rerouteTo`, so the
 * path begins with the host that was meant.
 */
export async function startSlack(): Promise<SlackStandIn> {
  const disturbances = new Disturbances();
  const url = await serveStandIn(async (request, response) => {
    const body = await text(request);
    slack.requests += 1;
    if (disturbances.disturb(response)) return;
    const path = request.url ?? '';
    if (request.method !== 'POST' || !JSON_TYPE.test(request.headers['content-type'] ?? ''))
      return end(response, 400, 'invalid_payload');
    if (path === '/slack.com/api/chat.postMessage') return end(response, 200, postMessage(request, body));
    if (path.startsWith('/hooks.slack.com/actions/')) return show(response, body, 'response');
    if (path === `/hooks.slack.com${slack.hookPath}`) return show(response, body, 'webhook');
    return end(response, 404, 'no_service');
  });
  const slack: SlackStandIn = {
    url,
    shown: [],
    requests: 0,
    token: 'xoxb-stand-in',
    hookPath: '/services/T000/B000/stand-in',
    conversations: new Set(['C0123456789', 'U0123456789']),
    disturb: (...next) => disturbances.order(...next),
  };
  return slack;

  function show(response: ServerResponse, body: string, way: SlackPost['way']): void {
    const read = readMessage(body);
    const isShown = typeof read !== 'string';
    if (isShown) keep({ way, channel: '', ...read });
    end(response, isShown ? 200 : 400, isShown ? 'ok' : read);
  }

  function postMessage(request: IncomingMessage, body: string): object {
    const refuse = (error: string) => ({ ok: false, error });
    if (request.headers.authorization !== `Bearer ${slack.token}`) return refuse('invalid_auth');
    const read = readMessage(body);
    if (typeof read === 'string') return refuse(read);
    const channel = z.string().catch('').parse(read.body.channel);
    if (!slack.conversations.has(channel)) return refuse('channel_not_found');
    const thread = read.message.thread_ts;
    const isThere = thread === undefined || slack.shown.some(({ ts }) => ts === thread);
    if (!isThere) return refuse('thread_not_found');
    const { ts } = keep({ way: 'bot', channel, ...read });
    return { ok: true, channel, ts, message: { ...read.message, type: 'message', ts } };
  }

  function keep(post: Omit<SlackPost, 'ts'>): SlackPost {
    const ts = `1764000000.${String(slack.shown.length + 1).padStart(6, '0')}`;
    const shown = { ...post, ts };
    slack.shown.push(shown);
    return shown;
  }
}

/** A message, or Slack's word for what is wrong with it. */
function readMessage(text: string): Pick<SlackPost, 'message' | 'body'> | string {
  const body = z.record(z.string(), z.unknown()).safeParse(parsedJson(text));
  if (!body.success) return 'invalid_payload';
  if (typeof body.data.text !== 'string' || body.data.text === '') return 'no_text';
  const message = slackMessageSchema.safeParse(body.data);
  return message.success ? { message: message.data, body: body.data } : 'invalid_blocks';
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Slack's hooks answer by a word, its API by JSON. */
function end(response: ServerResponse, status: number, answer: string | object): void {
  const isWord = typeof answer === 'string';
  response
    .writeHead(status, { 'content-type': isWord ? 'text/html' : 'application/json; charset=utf-8' })
    .end(isWord ? answer : JSON.stringify(answer));
}

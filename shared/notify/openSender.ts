import type { Secrets } from '../domain/secret.ts';
import { chatSnsClient, sesClient } from '../runtime/clients.ts';
import { makePost, type Post } from './httpsPost.ts';
import { RENDERERS } from './renderers.ts';
import { makeSender, type Sender } from './sender.ts';

let transport: Post = makePost();

/** Sends over this from now on: for tests that stand in for the hosts of channels. No setting can say so. */
export function sendOver(post: Post): void {
  transport = post;
}

/** Posts over what this process sends over. */
export const postOut: Post = (request) => transport(request);

/**
 * The sender of this process. A company's webhook must be on the public internet, except on one machine, where
 * secrets come from a file and whoever wrote the policy owns the network too.
 */
export function openSender({
  secrets,
  isOneMachine,
}: Readonly<{ secrets: Secrets; isOneMachine: boolean }>): Sender {
  return makeSender({
    secrets,
    post: postOut,
    ses: sesClient(),
    sns: chatSnsClient(),
    renderers: RENDERERS,
    webhookReach: isOneMachine ? 'anywhere' : 'public',
  });
}

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';
import { describeAlert } from '../shared/domain/alerts/describeAlert.ts';
import { SecretError, type Secrets } from '../shared/domain/secret.ts';
import { readSlackClick, type SlackClick } from '../shared/formats/slackClick.ts';
import { actOnClick, type ClickDependencies } from '../shared/notify/actOnClick.ts';
import { alertNotes, type NotesDependencies } from '../shared/notify/alertNotes.ts';
import type { Post } from '../shared/notify/httpsPost.ts';
import { postOut } from '../shared/notify/openSender.ts';
import { hookProblem, postToSlackHook } from '../shared/notify/slackHook.ts';
import { privateSlackAnswer, updatedSlackMessage } from '../shared/notify/slackUpdate.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { jsonAnswer, problemAnswer } from '../shared/runtime/httpAnswer.ts';
import { pauseAfterContention } from '../shared/runtime/pause.ts';
import { openSecrets } from '../shared/runtime/secrets.ts';
import { verifySlackSignature } from '../shared/runtime/slackSignature.ts';
import { dynamoAlertStore } from '../shared/store/alertStore.ts';
import { dynamoDeliveryStore } from '../shared/store/deliveryStore.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { dynamoStandingStore } from '../shared/store/standingStore.ts';

export type SlackActionsDependencies = ClickDependencies &
  NotesDependencies &
  Readonly<{
    secrets: Secrets;
    /** Name of the secret by which Slack signs; without it nobody's click is taken. */
    signingSecret: string | undefined;
    post: Post;
  }>;

const MAX_BODY_BYTES = 65_536;
/** Slack gives up after 3 s, and the ledger needs some of that. */
const ANSWER_TIMEOUT_MS = 1_500;

const eventSchema = z.object({
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/**
 * `POST /slack/actions`: a button of a message was pressed in Slack. The proof is Slack's signature over the body as
 * it came; whoever has none learns nothing, and nothing is done.
 */
export async function slackActions(
  event: unknown,
  dependencies: SlackActionsDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { headers, body, isBase64Encoded } = eventSchema.parse(event);
  const { signingSecret, secrets, now } = dependencies;
  if (signingSecret === undefined) {
    return problemAnswer(
      501,
      'Buttons are off: name the signing secret of your Slack app in slackSigningSecret.',
    );
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    return problemAnswer(413, `The body is longer than ${MAX_BODY_BYTES} bytes.`);
  }
  const secret = await readSecret(signingSecret, { secrets, now });
  if (secret === undefined) return problemAnswer(503, 'The signing secret cannot be read; the log says why.');
  const [timestamp, signature] = [headers['x-slack-request-timestamp'], headers['x-slack-signature']];
  if (!verifySlackSignature({ body: bytes, timestamp, signature, signingSecret: secret, now })) {
    return problemAnswer(401, 'This is not signed by Slack, or older than five minutes.');
  }
  const read = readSlackClick(bytes.toString('utf8'));
  switch (read.kind) {
    case 'click':
      return jsonAnswer(200, { outcome: await answerClick(read.click, dependencies) });
    case 'other':
      return jsonAnswer(200, { outcome: 'nothing to do' });
    case 'unreadable':
      return problemAnswer(400, 'The field payload is no interaction of Slack.');
    default:
      return read satisfies never;
  }
}

async function readSecret(
  name: string,
  { secrets, now }: Pick<SlackActionsDependencies, 'secrets' | 'now'>,
): Promise<string | undefined> {
  try {
    return await secrets.read(name, now);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    logger.error('the signing secret of Slack cannot be read', { reason: error.message });
    return undefined;
  }
}

/** What is done is done whether or not Slack can be told of it: the message then shows it after the next click. */
async function answerClick(click: SlackClick, dependencies: SlackActionsDependencies): Promise<string> {
  const { now, post } = dependencies;
  // Whoever can sign could still have us post anywhere: nothing is done for such a click.
  if (hookProblem(click.responseUrl) !== undefined) return 'refused: response_url is none of Slack';
  const outcome = await actOnClick(click, dependencies);
  const message =
    outcome.kind === 'told' ? privateSlackAnswer(outcome.text) : await updateOf(outcome, dependencies);
  const posted = await postToSlackHook(click.responseUrl, message, {
    post: (request) => post({ ...request, timeoutMs: ANSWER_TIMEOUT_MS }),
    now,
  });
  if (posted.kind !== 'accepted')
    logger.warn('Slack was not told what came of a click', { outcome: posted.kind });
  return outcome.kind === 'told' ? outcome.text : 'done';
}

async function updateOf(
  { alert, viewUrl }: Extract<Awaited<ReturnType<typeof actOnClick>>, { kind: 'done' }>,
  dependencies: NotesDependencies,
): Promise<object> {
  const notice = describeAlert(alert, viewUrl === undefined ? {} : { viewUrl });
  return { replace_original: true, ...updatedSlackMessage(notice, await alertNotes(alert, dependencies)) };
}

export const handler = makeHandler('slackActions', async (event) => {
  const { USAGE_TOTALS_TABLE, SLACK_SIGNING_SECRET_NAME, SECRETS_FILE } = readEnvironment(
    'USAGE_TOTALS_TABLE',
    'SLACK_SIGNING_SECRET_NAME',
    'SECRETS_FILE',
  );
  const table = { client: documentClient(), totalsTable: USAGE_TOTALS_TABLE };
  return slackActions(event, {
    alerts: dynamoAlertStore(table),
    deliveries: dynamoDeliveryStore(table),
    directory: dynamoDirectoryStore(table),
    increases: dynamoIncreaseStore(table),
    policies: dynamoPolicyStore(table),
    standings: dynamoStandingStore(table),
    secrets: openSecrets({ SECRETS_FILE }),
    signingSecret: SLACK_SIGNING_SECRET_NAME,
    post: postOut,
    now: new Date(),
    pause: pauseAfterContention,
  });
});

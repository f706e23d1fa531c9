import { LocalError } from '../../infra/local/localError.ts';
import {
  type AlertChannel,
  type AlertPolicy,
  DEFAULT_ALERT_POLICY,
} from '../../shared/domain/alerts/alertPolicy.ts';
import type { SendOutcome } from '../../shared/domain/alerts/delivery.ts';
import { describeAlert } from '../../shared/domain/alerts/describeAlert.ts';
import { routeAlert } from '../../shared/domain/alerts/routeAlert.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import { openSender } from '../../shared/notify/openSender.ts';
import { makeTestAlert } from '../../shared/notify/testAlert.ts';
import { didYouMean } from '../../shared/pricing/nearestName.ts';
import { readEnvironment } from '../../shared/runtime/environment.ts';
import { openSecrets } from '../../shared/runtime/secrets.ts';
import type { LedgerOptions } from '../openLedger.ts';
import { formatTries, type Try } from '../output/alerts.ts';
import { printFromLedger } from './withLedger.ts';

type TestOptions = LedgerOptions & Readonly<{ channel?: string; json?: boolean }>;

/** `tollbook alerts test`: a sample through the real senders, past quiet hours and digests. */
export async function testCommand(options: TestOptions): Promise<void> {
  await printFromLedger(options, async ({ stores }) => {
    const policy = (await stores.policies.current())?.policy ?? EMPTY_POLICY;
    const channels = channelsOf(policy, options.channel);
    const tries: Try[] = [];
    for (const channel of channels) tries.push(...(await trySample(channel, policy, new Date())));
    if (tries.some(({ outcome }) => outcome.kind !== 'sent')) process.exitCode = 1;
    return options.json === true
      ? JSON.stringify({ tries: tries.map(({ outcome, ...place }) => ({ ...place, ...outcome })) })
      : formatTries(tries);
  });
}

function channelsOf({ alerts }: Policy, name: string | undefined): readonly AlertChannel[] {
  const channels = alerts?.channels ?? [];
  if (channels.length === 0) {
    throw new LocalError(
      'usage',
      'the policy has no channels: add some under alerts, and run tollbook budgets apply',
    );
  }
  if (name === undefined) return channels;
  const found = channels.filter((channel) => channel.name === name);
  if (found.length > 0) return found;
  const names = channels.map((channel) => channel.name);
  const mend = didYouMean(name, names) || `; there are ${names.join(', ')}`;
  throw new LocalError('usage', `the policy has no channel ${name}${mend}`);
}

async function trySample(channel: AlertChannel, policy: Policy, now: Date): Promise<Try[]> {
  const alertPolicy: AlertPolicy = policy.alerts ?? DEFAULT_ALERT_POLICY;
  const alert = makeTestAlert(now);
  const { approvers } = policy.overflow;
  const receivers = routeAlert(alert, { ...alertPolicy, channels: [channel], routes: [] }, { approvers });
  if (receivers.length === 0) {
    const error = 'nobody of its audience can be reached: add an address of the approvers under contacts';
    return [{ channel: channel.name, receiver: '', outcome: { kind: 'refused', error } }];
  }
  const { SECRETS_FILE } = readEnvironment('SECRETS_FILE');
  const sender = openSender({
    secrets: openSecrets({ SECRETS_FILE }),
    isOneMachine: SECRETS_FILE !== undefined,
  });
  const { viewUrl } = alertPolicy;
  const notice = describeAlert(alert, viewUrl === undefined ? {} : { viewUrl });
  const notices = [{ ...notice, title: `This is a test of Tollbook. ${notice.title}` }];
  const tries: Try[] = [];
  for (const { receiver } of receivers) {
    const context = { deliveryId: `${alert.id}|${channel.name}|${receiver}`, now };
    const outcome: SendOutcome = await sender.send(channel, receiver, notices, context);
    tries.push({ channel: channel.name, receiver, outcome });
  }
  return tries;
}

import { type Alert, alertSeverity } from './alert.ts';
import type { AlertChannel, AlertPolicy, AlertRoute } from './alertPolicy.ts';
import { type AlertPeople, audienceAddresses, unique } from './audience.ts';
import type { Delivery } from './delivery.ts';

/** Which channel tells an alert to whom. */
export type Told = Pick<Delivery, 'channel' | 'receiver'>;

/**
 * The deliveries of an alert: the channels of all routes that match it, each with its receivers. Without any route
 * everything goes to all channels.
 */
export function routeAlert(
  alert: Pick<Alert, 'subject'>,
  policy: AlertPolicy,
  people: AlertPeople,
): readonly Told[] {
  const names = new Set(
    policy.routes.filter((route) => matches(route, alert, people)).flatMap((route) => route.to),
  );
  const channels = policy.channels.filter(({ name }) => policy.routes.length === 0 || names.has(name));
  return channels.flatMap((channel) =>
    receiversOf(channel, { alert, policy, people }).map((receiver) => ({ channel: channel.name, receiver })),
  );
}

/** A route of a team or a business unit is one of its people too. */
function matches(
  { severities, rules, scopes }: AlertRoute,
  alert: Pick<Alert, 'subject'>,
  { team, businessUnit }: AlertPeople,
): boolean {
  const { rule, scopeKind, scopeId } = alert.subject;
  const isConcerned = ({ kind, id }: { kind: string; id: string }) =>
    (kind === scopeKind && id === scopeId) ||
    (kind === 'team' && id === team) ||
    (kind === 'businessUnit' && id === businessUnit);
  return (
    severities?.includes(alertSeverity(alert)) !== false &&
    rules?.includes(rule) !== false &&
    scopes?.some(isConcerned) !== false
  );
}

type Asked = Parameters<typeof audienceAddresses>[0];

/** Empty for a channel that has one receiver. */
function receiversOf({ target }: AlertChannel, asked: Asked): string[] {
  switch (target.kind) {
    case 'slackWebhook':
    case 'webhook':
    case 'amazonQ':
      return [''];
    case 'slackBot':
      return target.conversation === 'audience' ? audienceAddresses(asked, 'slack') : [''];
    case 'email':
      return unique(
        target.to.flatMap((recipient) =>
          recipient.kind === 'address' ? [recipient.address] : audienceAddresses(asked, 'email'),
        ),
      );
    default:
      return target satisfies never;
  }
}

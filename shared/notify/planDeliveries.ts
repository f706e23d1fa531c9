import type { Alert } from '../domain/alerts/alert.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../domain/alerts/alertPolicy.ts';
import type { AlertPeople } from '../domain/alerts/audience.ts';
import type { Delivery } from '../domain/alerts/delivery.ts';
import { routeAlert } from '../domain/alerts/routeAlert.ts';
import { toDay } from '../domain/period.ts';
import { placementOn } from '../domain/placement.ts';
import { EMPTY_POLICY, type Policy } from '../domain/policy/policy.ts';
import type { AlertStore } from '../store/alertStore.ts';
import type { DeliveryStore } from '../store/deliveryStore.ts';
import type { DirectoryStore } from '../store/directoryStore.ts';
import type { IncreaseStore } from '../store/increaseStore.ts';
import type { PolicyStore } from '../store/policyStore.ts';

export type PlanDependencies = Readonly<{
  alerts: Pick<AlertStore, 'markTold'>;
  deliveries: Pick<DeliveryStore, 'plan' | 'ofAlert'>;
  policies: Pick<PolicyStore, 'current'>;
  directory: Pick<DirectoryStore, 'findUsers'>;
  increases: Pick<IncreaseStore, 'locate' | 'find'>;
  now: Date;
}>;

/**
 * Writes down who is to be told of an alert through which channel, and gives what is there then. Asked again, also
 * under another policy, it adds what is missing and leaves the rest as it is.
 */
export async function planDeliveries(
  alert: Alert,
  dependencies: PlanDependencies,
): Promise<readonly Delivery[]> {
  const { alerts, deliveries, now } = dependencies;
  const { policy, alertPolicy } = await readAlertPolicy(dependencies);
  const people = await findPeople(alert, policy, dependencies);
  const planned = routeAlert(alert, alertPolicy, people).map(
    (told): Delivery => ({
      ...{ alertId: alert.id, month: alert.subject.month, ...told },
      ...{ state: 'waiting', dueAt: now.toISOString(), attempts: 0 },
    }),
  );
  await deliveries.plan(planned);
  await alerts.markTold(alert);
  return planned.length === 0 ? [] : deliveries.ofAlert(alert.subject.month, alert.id);
}

/** The policy in force, and what it says of alerts. */
export async function readAlertPolicy({
  policies,
}: Pick<PlanDependencies, 'policies'>): Promise<{ policy: Policy; alertPolicy: AlertPolicy }> {
  const policy = (await policies.current())?.policy ?? EMPTY_POLICY;
  return { policy, alertPolicy: policy.alerts ?? DEFAULT_ALERT_POLICY };
}

/** Who the owner of a scope is was found out when the alert was made; a user is placed by the directory. */
export async function findPeople(
  { subject, facts }: Alert,
  { overflow }: Policy,
  { directory, increases, now }: Pick<PlanDependencies, 'directory' | 'increases' | 'now'>,
): Promise<AlertPeople> {
  const approvers = overflow.approvers;
  const owner = facts?.owner === undefined ? {} : { lead: facts.owner };
  if (subject.rule === 'increase') {
    const asker = await findAsker(subject.increaseId, increases);
    return { approvers, ...owner, ...(asker === undefined ? {} : { asker }) };
  }
  if (subject.scopeKind !== 'user') return { approvers, ...owner };
  const known = (await directory.findUsers([subject.scopeId], now)).get(subject.scopeId);
  const { lead, team, businessUnit } = placementOn(known?.placements ?? [], toDay(now)) ?? {};
  return {
    ...{ approvers, ...(lead === undefined ? {} : { lead }), ...owner },
    ...(team === undefined ? {} : { team }),
    ...(businessUnit === undefined ? {} : { businessUnit }),
  };
}

async function findAsker(
  id: string,
  increases: Pick<IncreaseStore, 'locate' | 'find'>,
): Promise<string | undefined> {
  const place = await increases.locate(id);
  const [found] = place === undefined ? [] : await increases.find([place]);
  return found?.increases.find((increase) => increase.id === id)?.asked.by;
}

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../domain/alerts/alertPolicy.ts';
import { definedOnly } from '../../domain/definedOnly.ts';
import { section } from '../../pricing/strictShape.ts';
import { readAlertRules } from './alertRulesSection.ts';
import { viewUrl } from './alertWords.ts';
import type { Defaults } from './budgetSection.ts';
import { readChannels } from './channelSection.ts';
import { checkContacts } from './checkContacts.ts';
import { readContacts } from './contactSection.ts';
import type { Notes, Part } from './notes.ts';
import { childOf, isMap, parsePart } from './parts.ts';
import { readRoutes } from './routeSection.ts';

const anything = z.unknown().optional();
const alertsShape = section({
  rules: anything,
  channels: anything,
  routes: anything,
  viewUrl: viewUrl.optional(),
});

type Parts = Readonly<{ alerts: Part; contacts: Part }>;

/**
 * `alerts` and `contacts`, which are one thing to whoever tells alerts. What says the same as saying nothing is
 * nothing, so that a file with the defaults written out is no other policy than one without.
 */
export function readAlerts(
  { alerts, contacts }: Parts,
  defaults: Defaults,
  notes: Notes,
): AlertPolicy | undefined {
  const isEmpty = alerts.value === undefined || alerts.value === '';
  const top = isEmpty ? {} : parsePart(alertsShape, alerts, notes);
  const rules = readAlertRules(childOf(alerts, 'rules'), notes);
  const channelsPart = childOf(alerts, 'channels');
  const channels = readChannels(channelsPart, defaults, notes);
  // A channel that is told to be wrong is known all the same: its routes are no second mistake.
  const names = isMap(channelsPart.value) ? Object.keys(channelsPart.value) : [];
  const routes = readRoutes(childOf(alerts, 'routes'), names, notes);
  const read = { rules, channels, routes, ...readContacts(contacts, notes) };
  warnOfIdleChannels(read, channelsPart, notes);
  checkContacts(read, contacts.path, notes);
  const policy = { ...read, ...definedOnly({ viewUrl: top?.viewUrl }) };
  return isDeepStrictEqual(policy, DEFAULT_ALERT_POLICY) ? undefined : policy;
}

/** Once there are routes, only they lead anywhere. */
function warnOfIdleChannels(
  { channels, routes }: Pick<AlertPolicy, 'channels' | 'routes'>,
  part: Part,
  notes: Notes,
): void {
  if (routes.length === 0) return;
  const reached = new Set(routes.flatMap(({ to }) => to));
  for (const { name } of channels) {
    if (!reached.has(name)) notes.warn([...part.path, name], `no route leads to channel ${name}`, 'key');
  }
}

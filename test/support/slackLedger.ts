import { type SlackActionsDependencies, slackActions } from '../../functions/slackActions.ts';
import { type Alert, makeAlert } from '../../shared/domain/alerts/alert.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../shared/domain/alerts/alertPolicy.ts';
import type { PostRequest } from '../../shared/notify/httpsPost.ts';
import { memoryStores } from '../../shared/store/memory/memoryStores.ts';
import { applyBudgets, makeCrossing, teamMonth } from './policies.ts';
import { makeTestSecrets } from './senders.ts';
import { type ClickParts, clickBody, SIGNING_SECRET, slackHeaders } from './slackClicks.ts';

export const NOW = new Date('2026-07-14T12:00:00.000Z');
const SECRET_NAME = 'ssm:/tollbook/slack/signing';
export const ALERT = makeAlert(makeCrossing({ limit: 1_005n, used: 900n }), NOW.toISOString());
export const FAY = 'U000000FAY';

export const CONTACTS: AlertPolicy = {
  ...DEFAULT_ALERT_POLICY,
  people: {
    ...{ fay: { slack: FAY }, eve: { slack: 'U000000EVE' }, lea: { slack: 'U000000LEA' } },
    ...{ dep: { slack: 'U000000DEP' }, man: { slack: 'U000000MAN' }, top: { slack: 'U000000TOP' } },
    ...{ ann: { slack: 'U000000ANN' }, own: { slack: 'U000000OWN' } },
  },
  teams: { blue: { lead: 'lea', deputies: ['dep'], managers: ['man'], businessUnit: 'retail' } },
  businessUnits: { retail: { deputies: [], managers: ['top'] } },
};

type Options = Readonly<{
  approvers?: readonly string[];
  maxDays?: number;
  alert?: Alert;
  alerts?: AlertPolicy;
  budgets?: Parameters<typeof applyBudgets>[1];
}>;

/** A ledger with one alert, and what was posted to Slack of each click. */
export async function openClicks({
  approvers = ['fay'],
  maxDays = 31,
  alert = ALERT,
  alerts = CONTACTS,
  budgets = [teamMonth('blue', 1_005n)],
}: Options = {}) {
  const stores = memoryStores();
  const overflow = { autoPercent: 100, approvers: [...approvers], maxDays };
  await applyBudgets(stores.policies, budgets, { overflow, alerts });
  await stores.alerts.create(alert);
  const posts: PostRequest[] = [];
  const dependencies: SlackActionsDependencies = {
    ...stores,
    secrets: makeTestSecrets({ [SECRET_NAME]: SIGNING_SECRET }),
    signingSecret: SECRET_NAME,
    post: async (request) => {
      posts.push(request);
      return { kind: 'answered', status: 200, body: 'ok' };
    },
    now: NOW,
  };
  const click = async (parts: Partial<ClickParts> = {}, more: Partial<SlackActionsDependencies> = {}) => {
    const at = parts.at ?? more.now ?? NOW;
    const body = clickBody({ user: FAY, value: alert.id, ...parts, at });
    const event = { headers: slackHeaders(body, { at }), body };
    const { statusCode, body: answer = '' } = await slackActions(event, { ...dependencies, ...more });
    const { outcome, detail } = JSON.parse(answer);
    return { status: statusCode, text: String(outcome ?? detail) };
  };
  const increases = async () => (await stores.increases.all()).flatMap((place) => place.increases);
  const said = () => Object(JSON.parse(posts.at(-1)?.body ?? '{}'));
  return { stores, dependencies, posts, click, increases, said };
}

import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { monthOfDay } from '../../shared/domain/period.ts';
import type { PseudonymOf } from '../../shared/domain/pseudonym.ts';
import { DEFAULT_SEAL_RULES } from '../../shared/domain/seal.ts';
import type { Scope } from '../../shared/domain/total.ts';
import type { LogRuleTexts } from '../../shared/formats/logRules.ts';
import { documentClient } from '../../shared/runtime/clients.ts';
import { readPseudonyms } from '../../shared/runtime/pseudonyms.ts';
import { CURRENT_POLICY_KEY } from '../../shared/store/budgetKeys.ts';
import { lineKey, totalKey } from '../../shared/store/keys.ts';
import type { Posting } from '../../shared/store/recordStore.ts';
import { dynamoStores, type Stores } from '../../shared/store/stores.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { LOCAL_ARCHIVE_BUCKET, startArchiveFolder } from './archiveFolder.ts';
import { openChatFolder } from './chatFolder.ts';
import { createTables, LOCAL_TABLES } from './createTables.ts';
import { readDeployment } from './deployment.ts';
import { Doorbells } from './doorbells.ts';
import { openEngine } from './engine.ts';
import { startHttpApi } from './httpApi.ts';
import { invoke } from './invoke.ts';
import { type Issuer, openIssuer } from './issuer.ts';
import { startMailbox } from './mailbox.ts';
import { openPseudonymKey } from './pseudonymKey.ts';
import { secretsFileOf } from './secretsFile.ts';
import { LOCAL_TOPIC_ARN, startTopic } from './topic.ts';

/** All of Tollbook on one machine: the real functions, over an embedded database and stand-ins for the rest. */
export type Stack = Readonly<{
  stores: Stores;
  issuer: Issuer;
  /** The names under which users are kept; `undefined` where these are their real ones. */
  pseudonymOf: PseudonymOf | undefined;
  /** Now, and how long records and lines are kept: what a posting of this moment needs. */
  posting(): Posting;
  /** Calls a function's handler with an event. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Waits until every doorbell is carried: totals and alerts are then up to date. */
  settle(): Promise<void>;
  /** Serves the HTTP API and runs the schedules until the stack stops; gives the port. */
  serve(port: number): Promise<number>;
  stop(): Promise<void>;
}>;

export type StackOptions = Readonly<{
  dataDir: string;
  /** A file of the company's own prices; without it the one in the environment, if any. */
  prices?: string | undefined;
  /** What the company says of its logs; without it what the environment says, if anything. */
  logRules?: LogRuleTexts | undefined;
  /** Keeps users under pseudonyms from now on; a folder that does so once does it for good. */
  hasPseudonyms?: boolean | undefined;
  /** Called when an alert arrives at the topic. */
  onPublish?: () => void;
  /** Gets each alert message as a person reads it. */
  onAlert?: (message: string) => void;
  /** Gets what failed in the background, as it fails; the next `settle` throws the first failure. */
  onFailure?: (error: unknown) => void;
}>;

/** What EventBridge says of itself to a function that it wakes. */
const SCHEDULED = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const CARRY_EVERY_MS = 250;
const RECORD_RETENTION_DAYS = 90;
const LINE_RETENTION_DAYS = 400;

const notified = z.object({ messages: z.array(z.string()) });

/** Ends what was opened, the last first. A server or an engine that stays open keeps its process alive. */
type Endings = (() => Promise<void>)[];

/** Opens the stack of a data folder and finishes what an earlier run left undone. */
export async function openStack(options: StackOptions): Promise<Stack> {
  const endings: Endings = [];
  try {
    return await openParts(options, endings);
  } catch (error) {
    await endAll(endings);
    throw error;
  }
}

async function endAll(endings: Endings): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}

async function openParts(
  {
    dataDir,
    prices,
    logRules,
    hasPseudonyms = false,
    onPublish = () => {},
    onAlert = () => {},
    onFailure = () => {},
  }: StackOptions,
  endings: Endings,
): Promise<Stack> {
  const ownEndpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const engine = await openEngineOf(dataDir, ownEndpoint);
  endings.push(engine.stop);
  const deployment = readDeployment();
  const deliver = async (event: unknown) => {
    onPublish();
    for (const functionName of deployment.subscribers) {
      for (const message of notified.parse(await invoke(functionName, event)).messages) onAlert(message);
    }
  };
  const topic = await startTopic({ deliver, chat: openChatFolder(dataDir) });
  endings.push(topic.stop);
  const archive = await startArchiveFolder(dataDir);
  endings.push(archive.stop);
  const mailbox = await startMailbox(dataDir);
  endings.push(mailbox.stop);
  setEnvironment({
    dynamodb: ownEndpoint ?? engine.endpoint,
    sns: topic.endpoint,
    ses: mailbox.endpoint,
    archive: archive.endpoint,
    secretsFile: secretsFileOf(dataDir),
  });
  if (prices !== undefined) process.env.PRICE_OVERLAY = prices;
  const pseudonymKeyFile = openPseudonymKey(dataDir, hasPseudonyms);
  setLogSettings(logRules, pseudonymKeyFile);
  const client = documentClient();
  await createTables(client);
  const stores = dynamoStores({ client, ...LOCAL_TABLES });
  const doorbells = new Doorbells(deployment.streams, dataDir);
  doorbells.listen(client, LOCAL_TABLES.totalsTable);
  await recover(stores, doorbells);
  const carrier = startCarrier(doorbells, onFailure);
  const stops: (() => Promise<void>)[] = [];
  const issuer = await openIssuer(dataDir);
  return {
    stores,
    issuer,
    pseudonymOf: await readPseudonyms({ PSEUDONYM_KEY_FILE: pseudonymKeyFile }),
    posting: () => ({
      now: new Date(),
      recordRetentionDays: RECORD_RETENTION_DAYS,
      lineRetentionDays: LINE_RETENTION_DAYS,
    }),
    invoke,
    settle: carrier.settle,
    async serve(port) {
      const api = await startHttpApi(port, { routes: deployment.routes, issuer, invoke });
      const timers = deployment.schedules.map(({ functionName, everyMs }) =>
        setInterval(() => void invoke(functionName, SCHEDULED).catch(carrier.fail), everyMs).unref(),
      );
      stops.push(api.stop, async () => timers.forEach(clearInterval));
      return api.port;
    },
    async stop() {
      for (const stop of stops) await stop();
      await carrier.stop().finally(() => endAll(endings));
    },
  };
}

async function openEngineOf(dataDir: string, ownEndpoint: string | undefined) {
  if (ownEndpoint === undefined) return openEngine(dataDir);
  mkdirSync(dataDir, { recursive: true });
  return { endpoint: ownEndpoint, stop: async () => {} };
}

/** Where the file of secrets has what Slack signs by, if there are buttons here at all. */
const LOCAL_SIGNING_SECRET = 'ssm:/tollbook/slack/signing';

/** What a function finds in its environment on AWS, set for this machine. No secret is among it. */
function setEnvironment(
  endpoints: Readonly<Record<'dynamodb' | 'sns' | 'ses' | 'archive' | 'secretsFile', string>>,
): void {
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
  const quiet = { POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT' };
  Object.assign(process.env, quiet, {
    RECORD_RETENTION_DAYS: String(RECORD_RETENTION_DAYS),
    LINE_RETENTION_DAYS: String(LINE_RETENTION_DAYS),
    SEAL_DAY_AFTER_HOURS: String(DEFAULT_SEAL_RULES.sealDayAfterHours),
    SEAL_MONTH_ON_DAY: String(DEFAULT_SEAL_RULES.sealMonthOnDay),
    AWS_REGION: process.env.AWS_REGION ?? 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_SESV2: endpoints.ses,
    SECRETS_FILE: endpoints.secretsFile,
    SLACK_SIGNING_SECRET_NAME: LOCAL_SIGNING_SECRET,
    USAGE_RECORDS_TABLE: LOCAL_TABLES.recordsTable,
    USAGE_TOTALS_TABLE: LOCAL_TABLES.totalsTable,
    ALERT_TOPIC_ARN: LOCAL_TOPIC_ARN,
    ARCHIVE_BUCKET: LOCAL_ARCHIVE_BUCKET,
    ARCHIVE_ENDPOINT: endpoints.archive,
    USER_CLAIM: 'email',
    ROLE_CLAIM: 'tollbook_role',
    RESOLVE_INFERENCE_PROFILES: 'false',
  });
}

/** What the functions find there of the company's settings. The key itself is in the file only. */
function setLogSettings(rules: LogRuleTexts = {}, pseudonymKeyFile: string | undefined): void {
  delete process.env.PSEUDONYM_KEY_PARAMETER;
  delete process.env.PSEUDONYM_KEY_FILE;
  const { sourcePrecedence, uncountedSources, logGroupFormats } = rules;
  Object.assign(
    process.env,
    definedOnly({
      SOURCE_PRECEDENCE: sourcePrecedence,
      UNCOUNTED_SOURCES: uncountedSources,
      LOG_GROUP_FORMATS: logGroupFormats,
      PSEUDONYM_KEY_FILE: pseudonymKeyFile,
    }),
  );
}

/**
 * After a crash some doorbells were never carried. Everything right of the records is recomputed, every
 * total and the users of the last days are looked at again, and what lies in the outbox is published.
 */
async function recover({ totals }: Stores, doorbells: Doorbells): Promise<void> {
  const owed = doorbells.owedFromBefore();
  if (owed.length > 0) {
    await invoke('closePeriods', {});
    const days = await totals.days();
    for (const day of days) await ringTotals(day, totals, doorbells);
    for (const day of days.slice(-RECOVERED_USER_DAYS)) await ringLines(day, totals, doorbells);
    doorbells.ring(CURRENT_POLICY_KEY);
    await doorbells.carryAll(invoke);
    for (const marker of owed) rmSync(marker, { force: true });
  }
  await invoke('sweepAlerts', {});
}

/** Budgets of users by older days are of no use to anybody any more. */
const RECOVERED_USER_DAYS = 3;

async function ringTotals(day: string, totals: TotalStore, doorbells: Doorbells): Promise<void> {
  const teams = (await totals.teamsOfDay(day)).map((id): Scope => ({ kind: 'team', id }));
  for (const scope of [...teams, { kind: 'org' } as const]) {
    doorbells.ring(totalKey(scope, { kind: 'day', day }));
    doorbells.ring(totalKey(scope, { kind: 'month', month: monthOfDay(day) }));
  }
}

async function ringLines(day: string, totals: TotalStore, doorbells: Doorbells): Promise<void> {
  for (const team of await totals.teamsOfDay(day)) {
    for (const line of await totals.linesOfTeamDay(team, day)) doorbells.ring(lineKey(line));
  }
}

/** Carries doorbells a few times a second, one carrying at a time. A failure is thrown at the next wait. */
function startCarrier(doorbells: Doorbells, onFailure: (error: unknown) => void) {
  let failure: { error: unknown } | undefined;
  let isStopping = false;
  let carrying = Promise.resolve();
  const fail = (error: unknown) => {
    failure ??= { error };
    onFailure(error);
  };
  const carry = () => {
    carrying = carrying.then(() => doorbells.carryAll(invoke)).catch(fail);
    return carrying;
  };
  const loop = async () => {
    while (!isStopping) {
      await sleep(CARRY_EVERY_MS, undefined, { ref: false });
      if (!isStopping) await carry();
    }
  };
  void loop();
  const settle = async () => {
    await carry();
    if (failure !== undefined) throw failure.error;
  };
  return {
    fail,
    settle,
    async stop() {
      isStopping = true;
      await settle();
    },
  };
}

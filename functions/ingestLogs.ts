import { z } from 'zod';
import { attributeUsage } from '../shared/domain/attribution.ts';
import { EMPTY_POLICY } from '../shared/domain/policy/policy.ts';
import { hideNames, type PseudonymOf } from '../shared/domain/pseudonym.ts';
import type { Usage } from '../shared/domain/usage.ts';
import { makeUsageRecord, type UsageRecord } from '../shared/domain/usageRecord.ts';
import type { IgnoreReason } from '../shared/formats/decoded.ts';
import { decodeLine } from '../shared/formats/decodeLine.ts';
import { logEventId, readPayload } from '../shared/formats/envelope.ts';
import { DEFAULT_LOG_RULES, type LogRules, readLogRules } from '../shared/formats/logRules.ts';
import { configuredPriceBook } from '../shared/pricing/configuredPriceBook.ts';
import type { PriceBook } from '../shared/pricing/priceBook.ts';
import { priceRecord } from '../shared/pricing/priceRecord.ts';
import { askForProfile } from '../shared/runtime/askForProfile.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { warnWithMetrics } from '../shared/runtime/embeddedMetrics.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { pauseAfterContention } from '../shared/runtime/pause.ts';
import { readPseudonyms } from '../shared/runtime/pseudonyms.ts';
import { LearntProfiles } from '../shared/store/learntProfiles.ts';
import {
  NOTHING_POSTED,
  type PostCounts,
  type PostDependencies,
  postUsage,
} from '../shared/store/postUsage.ts';
import { quarantineAll, type Unreadable } from '../shared/store/quarantineAll.ts';
import type { Posting } from '../shared/store/recordStore.ts';
import { dynamoStores, type Stores } from '../shared/store/stores.ts';
import { watchRecords } from '../shared/store/watchRecords.ts';
import { noteSender } from '../shared/store/watchSenders.ts';

/** What a company decides about its logs and the names in them. */
export type IngestSettings = Readonly<{
  /** Whom to believe, what not to count, which format a log has; without them the usual rules. */
  rules?: LogRules | undefined;
  /** The names under which users are kept; without it their real ones. */
  pseudonymOf?: PseudonymOf | undefined;
}>;

export type IngestDependencies = IngestSettings &
  Readonly<{
    stores: Stores;
    priceBook: PriceBook;
    /** Looks up application inference profiles that the price book does not map; without it nothing does. */
    profiles?: LearntProfiles | undefined;
    pause: PostDependencies['pause'];
    posting: Posting;
  }>;

/**
 * What became of a batch: `lines` = posted + duplicates + revised + ignored + quarantined. A log event
 * that holds several records counts as that many lines.
 */
export type IngestCounts = PostCounts &
  Readonly<{
    lines: number;
    ignored: number;
    /** Ignored lines by reason: blank, no_request, uncounted. */
    ignoredReasons: Readonly<Record<string, number>>;
    quarantined: number;
    /** Quarantined lines by reason. */
    reasons: Readonly<Record<string, number>>;
  }>;

const NOTHING_READ: IngestCounts = {
  ...NOTHING_POSTED,
  lines: 0,
  ignored: 0,
  ignoredReasons: {},
  quarantined: 0,
  reasons: {},
};

const eventSchema = z.object({ awslogs: z.object({ data: z.string() }) });

/** Reads one delivery of a log subscription and posts every request in it exactly once. */
export async function ingestLogs(event: unknown, dependencies: IngestDependencies): Promise<IngestCounts> {
  const { data } = eventSchema.parse(event).awslogs;
  const payload = readPayload(data);
  switch (payload.kind) {
    case 'control':
      return NOTHING_READ;
    case 'quarantined': {
      const whole = { id: data, timestamp: dependencies.posting.now.getTime(), message: '' };
      await quarantineAll(
        [{ ...payload, event: whole, part: 0 }],
        { logGroup: '-', logStream: '-' },
        dependencies,
      );
      return { ...NOTHING_READ, lines: 1, quarantined: 1, reasons: { [payload.reason]: 1 } };
    }
    case 'data': {
      const { usages, unreadable, ignored, lines } = sortLines(payload, dependencies);
      await quarantineAll(unreadable, payload, dependencies);
      const records = await makeRecords(usages, dependencies);
      const posted = await postUsage(records, dependencies.posting, {
        ...dependencies.stores,
        pause: dependencies.pause,
        precedence: dependencies.rules?.precedence,
      });
      await watch(payload.logGroup, records, dependencies);
      return {
        ...posted,
        lines,
        ignored: ignored.length,
        ignoredReasons: countEach(ignored),
        quarantined: unreadable.length,
        reasons: countEach(unreadable.map(({ reason }) => reason)),
      };
    }
    default:
      return payload satisfies never;
  }
}

/**
 * What rules of alerts say of lines as they come. It comes after the posting, and also for what was posted before:
 * a batch that is tried again makes up for an alert that was not written.
 */
async function watch(
  logGroup: string,
  records: readonly UsageRecord[],
  { stores, posting: { now } }: IngestDependencies,
): Promise<void> {
  const policy = (await stores.policies.current())?.policy ?? EMPTY_POLICY;
  await watchRecords(records, policy, { ...stores, now });
  await noteSender(logGroup, policy, { ...stores, now });
}

function countEach(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function sortLines(
  payload: Extract<ReturnType<typeof readPayload>, { kind: 'data' }>,
  { rules = DEFAULT_LOG_RULES, posting: { now } }: IngestDependencies,
) {
  const formats = rules.formatsOf(payload.logGroup);
  const usages: Usage[] = [];
  const unreadable: Unreadable[] = [];
  const ignored: IgnoreReason[] = [];
  let lines = 0;
  for (const event of payload.events) {
    const eventId = () => logEventId(payload.logGroup, payload.logStream, event.id);
    for (const [part, decoded] of decodeLine(event.message, { now, eventId, formats }).entries()) {
      lines += 1;
      switch (decoded.kind) {
        case 'usage':
          usages.push(decoded.usage);
          break;
        case 'quarantined':
          unreadable.push({ ...decoded, event, part });
          break;
        case 'ignored':
          ignored.push(decoded.reason);
          break;
        default:
          decoded satisfies never;
      }
    }
  }
  return { usages, unreadable, ignored, lines };
}

/** Attributes and prices what was read. Where users have pseudonyms, no step from here on sees a name. */
export async function makeRecords(
  read: readonly Usage[],
  { stores, priceBook, profiles, posting, pseudonymOf }: IngestDependencies,
): Promise<UsageRecord[]> {
  const usages = pseudonymOf === undefined ? read : read.map((usage) => hideNames(usage, pseudonymOf));
  const users = usages.flatMap(({ user }) => (user === undefined ? [] : [user]));
  const directory = await stores.directory.findUsers(users, posting.now);
  const modelIds = usages.map(({ modelId }) => modelId);
  const book = (await profiles?.bookFor(priceBook, modelIds, posting.now)) ?? priceBook;
  return usages.map((usage) => {
    const attribution = attributeUsage(usage, directory.get(usage.user ?? ''));
    return makeUsageRecord(usage, attribution, priceRecord(book, usage));
  });
}

/** Kept for the life of the process: the stores remember which index rows and directory entries they know. */
let stores: Stores | undefined;
let profiles: LearntProfiles | undefined;

/** Says in the log, and by it as metrics that alarms watch, what somebody has to look at. */
function warnOf({ unpriced, quarantined }: IngestCounts, functionName: string): void {
  warnWithMetrics('requests without a price or lines in quarantine', functionName, {
    // A better sighting may have brought a price, which makes the difference negative.
    UnpricedRequests: Math.max(0, unpriced),
    QuarantinedLines: quarantined,
  });
}

/** The company's settings, as the environment tells them. */
export async function readIngestSettings(): Promise<IngestSettings> {
  const environment = readEnvironment(
    'SOURCE_PRECEDENCE',
    'UNCOUNTED_SOURCES',
    'LOG_GROUP_FORMATS',
    'PSEUDONYM_KEY_PARAMETER',
    'PSEUDONYM_KEY_FILE',
  );
  const rules = readLogRules({
    sourcePrecedence: environment.SOURCE_PRECEDENCE,
    uncountedSources: environment.UNCOUNTED_SOURCES,
    logGroupFormats: environment.LOG_GROUP_FORMATS,
  });
  return { rules, pseudonymOf: await readPseudonyms(environment) };
}

export const handler = makeHandler('ingestLogs', async (event, context) => {
  const environment = readEnvironment(
    'USAGE_RECORDS_TABLE',
    'USAGE_TOTALS_TABLE',
    'RECORD_RETENTION_DAYS',
    'LINE_RETENTION_DAYS',
    'PRICE_OVERLAY',
    'RESOLVE_INFERENCE_PROFILES',
  );
  stores ??= dynamoStores({
    client: documentClient(),
    recordsTable: environment.USAGE_RECORDS_TABLE,
    totalsTable: environment.USAGE_TOTALS_TABLE,
  });
  if (environment.RESOLVE_INFERENCE_PROFILES) {
    profiles ??= new LearntProfiles(stores.profiles, askForProfile);
  }
  const counts = await ingestLogs(event, {
    ...(await readIngestSettings()),
    stores,
    priceBook: configuredPriceBook(environment.PRICE_OVERLAY),
    profiles,
    pause: pauseAfterContention,
    posting: {
      now: new Date(),
      recordRetentionDays: environment.RECORD_RETENTION_DAYS,
      lineRetentionDays: environment.LINE_RETENTION_DAYS,
    },
  });
  warnOf(counts, context.functionName);
  return counts;
});

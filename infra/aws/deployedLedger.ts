import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { LocalError } from '../local/localError.ts';

/** Names and retention of a stage, as `serverless.yml` and `infra/tables.yml` give them. */
export type DeployedLedger = Readonly<{
  recordsTable: string;
  totalsTable: string;
  failuresQueue: string;
  recordRetentionDays: number;
  lineRetentionDays: number;
  sealDayAfterHours: number;
  sealMonthOnDay: number;
  /** The company's settings, in the words of the functions' environment. */
  settings: Readonly<Record<string, string>>;
}>;

const days = z.number().int().positive();
const retention = z.object({
  recordRetentionDays: days,
  lineRetentionDays: days,
  sealDayAfterHours: days,
  sealMonthOnDay: days,
});

/** Stage parameters that stand in the environment of `ingestLogs`, each under the variable's name. */
const SETTINGS = {
  SOURCE_PRECEDENCE: 'sourcePrecedence',
  UNCOUNTED_SOURCES: 'uncountedSources',
  LOG_GROUP_FORMATS: 'logGroupFormats',
  PSEUDONYM_KEY_PARAMETER: 'pseudonymKeyParameter',
  PRICE_OVERLAY: 'priceOverlay',
} as const;
const text = z.string().optional();
const settings = z.object({
  sourcePrecedence: text,
  uncountedSources: text,
  logGroupFormats: text,
  pseudonymKeyParameter: text,
  // The file lies beside `serverless.yml`, from wherever a command is started.
  priceOverlay: text.transform((file) =>
    file ? fileURLToPath(new URL(`../../${file}`, import.meta.url)) : '',
  ),
});
const stage = z.object({ ...retention.shape, ...settings.shape });

const serviceSchema = z.object({
  service: z.string(),
  params: z.object({ default: stage }).catchall(stage.partial()),
});

const STAGE_NAME = /^[a-zA-Z][a-zA-Z0-9-]{0,31}$/;

/**
 * What a stage's stores are called. Parameters given with `--param` at the deployment are not known here,
 * so keep them under `params` in `serverless.yml`.
 */
export function readDeployedLedger(stageName: string): DeployedLedger {
  if (!STAGE_NAME.test(stageName))
    throw new LocalError('usage', `--stage ${stageName}: this is no name of a stage`);
  const file = new URL('../../serverless.yml', import.meta.url);
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'silent' });
  const { service, params } = serviceSchema.parse(document.toJS());
  const own = params[stageName];
  return {
    recordsTable: `${service}-${stageName}-usage-records`,
    totalsTable: `${service}-${stageName}-usage-totals`,
    failuresQueue: `${service}-${stageName}-ingest-failures`,
    recordRetentionDays: own?.recordRetentionDays ?? params.default.recordRetentionDays,
    lineRetentionDays: own?.lineRetentionDays ?? params.default.lineRetentionDays,
    sealDayAfterHours: own?.sealDayAfterHours ?? params.default.sealDayAfterHours,
    sealMonthOnDay: own?.sealMonthOnDay ?? params.default.sealMonthOnDay,
    settings: Object.fromEntries(
      Object.entries(SETTINGS).flatMap(([variable, name]) => {
        const value = own?.[name] ?? params.default[name] ?? '';
        return value === '' ? [] : [[variable, value]];
      }),
    ),
  };
}

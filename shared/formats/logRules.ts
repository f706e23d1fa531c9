import {
  completePrecedence,
  DEFAULT_PRECEDENCE,
  isUsageSource,
  type SourcePrecedence,
} from '../domain/sourcePrecedence.ts';
import { USAGE_SOURCES, type UsageSource } from '../domain/usage.ts';
import { didYouMean } from '../pricing/nearestName.ts';
import type { LogFormat } from './decoded.ts';
import { LOG_FORMATS } from './decodeLine.ts';

/** What a company says of its logs: who is believed first, what is not counted, what is of which format. */
export type LogRules = Readonly<{
  precedence: SourcePrecedence;
  /** The formats that lines of a log group may have; none at all where nothing of it is counted. */
  formatsOf(logGroup: string): readonly LogFormat[];
}>;

/** The rules as texts of an environment or a configuration, each a list with commas; absent says nothing. */
export type LogRuleTexts = Readonly<{
  /** Sources, believed before all others in this order: `litellm,bedrock`. */
  sourcePrecedence?: string | undefined;
  /** Sources and log groups whose lines are ignored: `claude-code,/aws/kong`. */
  uncountedSources?: string | undefined;
  /** Log groups whose lines are all of one format: `/aws/kong=kong,/my/group=litellm`. */
  logGroupFormats?: string | undefined;
}>;

/** A rule names what is not there, or says a thing twice. */
export class LogRuleError extends Error {
  readonly code = 'log_rule';

  constructor(message: string) {
    super(message);
    this.name = 'LogRuleError';
  }
}

const EVERYTHING: readonly LogFormat[] = LOG_FORMATS;

export const DEFAULT_LOG_RULES: LogRules = {
  precedence: DEFAULT_PRECEDENCE,
  formatsOf: () => EVERYTHING,
};

/** Reads the rules; throws a `LogRuleError` in one sentence, with the nearest name that is known. */
export function readLogRules(texts: LogRuleTexts): LogRules {
  const precedence = completePrecedence(listOf(texts.sourcePrecedence).map(readSource));
  const { sources, logGroups } = readUncounted(listOf(texts.uncountedSources));
  const overrides = readOverrides(listOf(texts.logGroupFormats));
  const everything = sources.size === 0 ? EVERYTHING : withoutCounting(EVERYTHING, sources);
  const formats = new Map<string, readonly LogFormat[]>();
  for (const [logGroup, format] of overrides) formats.set(logGroup, withoutCounting([format], sources));
  for (const logGroup of logGroups) formats.set(logGroup, []);
  return { precedence, formatsOf: (logGroup) => formats.get(logGroup) ?? everything };
}

/** The format of this name; throws a `LogRuleError` for any other. */
export function findFormat(name: string): LogFormat {
  const format = LOG_FORMATS.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const names = LOG_FORMATS.map((known) => known.name);
  throw new LogRuleError(
    `"${name}" is no log format${didYouMean(name, names) || `; there are ${names.join(', ')}`}`,
  );
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function readSource(name: string): UsageSource {
  if (isUsageSource(name)) return name;
  const hint = didYouMean(name, USAGE_SOURCES) || `; there are ${USAGE_SOURCES.join(', ')}`;
  throw new LogRuleError(`"${name}" is no source of usage${hint}`);
}

/**
 * A name with a slash is a log group's, any other must be that of a source: a log group without one can be
 * written with `=` before it.
 */
function readUncounted(names: readonly string[]) {
  const sources = new Set<UsageSource>();
  const logGroups = new Set<string>();
  for (const name of names) {
    if (name.startsWith('=')) logGroups.add(name.slice(1));
    else if (name.includes('/')) logGroups.add(name);
    else sources.add(readSource(name));
  }
  return { sources, logGroups };
}

function readOverrides(pairs: readonly string[]): Map<string, LogFormat> {
  const overrides = new Map<string, LogFormat>();
  for (const pair of pairs) {
    const [logGroup = '', name = '', ...more] = pair.split('=').map((part) => part.trim());
    if (logGroup === '' || name === '' || more.length > 0) {
      throw new LogRuleError(`"${pair}" is not of the form log group=format`);
    }
    if (overrides.has(logGroup)) throw new LogRuleError(`"${logGroup}" is given a format twice`);
    overrides.set(logGroup, findFormat(name));
  }
  return overrides;
}

/** A line of a source that is not counted is known as such, and not looked at any further. */
function withoutCounting(formats: readonly LogFormat[], sources: ReadonlySet<UsageSource>): LogFormat[] {
  return formats.map((format) =>
    sources.has(format.source)
      ? { ...format, decode: () => ({ kind: 'ignored', reason: 'uncounted' }) }
      : format,
  );
}

import { Option } from 'commander';
import { LocalError } from '../../infra/local/localError.ts';
import { FILES_LOG_GROUP } from '../../infra/local/subscription.ts';
import { findFormat, LogRuleError, type LogRuleTexts } from '../../shared/formats/logRules.ts';

/** `--format NAME`: for commands that read files. */
export function formatOption(): Option {
  return new Option('--format <name>', 'the format of all lines; without it each line tells its own');
}

/** Adds to a company's rules that all files have one format; a name that is none is the person's mistake. */
export function withFileFormat(
  rules: LogRuleTexts | undefined,
  format: string | undefined,
): LogRuleTexts | undefined {
  if (format === undefined) return rules;
  try {
    findFormat(format);
  } catch (error) {
    if (error instanceof LogRuleError) throw new LocalError('usage', `--format: ${error.message}`);
    throw error;
  }
  const others = rules?.logGroupFormats ?? '';
  return { ...rules, logGroupFormats: `${others},${FILES_LOG_GROUP}=${format}` };
}

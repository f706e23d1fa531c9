import { stringify } from 'yaml';
import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import type { ObservedLimit } from '../../shared/domain/policy/observedLimits.ts';

export type Suggestion = Readonly<{
  by: 'user' | 'team';
  /** Percent of active days that the limits cover. */
  percentile: number;
  limits: readonly ObservedLimit[];
  /** First and last day with any use. */
  span: Readonly<{ from: string | undefined; to: string | undefined }>;
}>;

/** YAML to paste into a policy file; comments tell what each limit comes from. */
export function formatSuggestion({ by, percentile, limits, span }: Suggestion): string {
  if (limits.length === 0) return `# Nobody spent anything, so there is nothing to go by.\nbudgets: []`;
  const head = `# Daily limits that hold ${percentile}% of each ${by}'s active days from ${span.from} to ${span.to} (UTC).`;
  const entries = limits.map((limit) => {
    const { id, activeDays, observedPicoUsd, highestPicoUsd, limitPicoUsd } = limit;
    const days = activeDays === 1 ? '1 active day' : `${activeDays} active days`;
    const why = `${days}, p${percentile} ${displayUsd(observedPicoUsd)}, most ${displayUsd(highestPicoUsd)}`;
    const entry = stringify({ [by]: id, day: `${formatUsd(limitPicoUsd)} USD` }, { lineWidth: 0 });
    const [first = '', ...rest] = entry.trimEnd().split('\n');
    return [`  - ${first} # ${why}`, ...rest.map((line) => `    ${line}`)].join('\n');
  });
  return [head, 'budgets:', ...entries].join('\n');
}

export function suggestionJson({ by, percentile, limits, span }: Suggestion) {
  return {
    by,
    percentile,
    ...span,
    currency: 'USD',
    limits: limits.map(({ id, activeDays, observedPicoUsd, highestPicoUsd, limitPicoUsd }) => ({
      [by]: id,
      activeDays,
      observedUsd: formatUsd(observedPicoUsd),
      highestUsd: formatUsd(highestPicoUsd),
      dayUsd: formatUsd(limitPicoUsd),
    })),
  };
}

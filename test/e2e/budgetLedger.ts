import { expect } from 'vitest';
import { toDay } from '../../shared/domain/period.ts';
import { makeFolder, type Run, runTollbook } from './tollbook.ts';

export const TODAY = toDay(new Date());

/** 25,000 tokens worth 0.09 USD: 20,000 x 2 USD a million and 5,000 x 10 USD a million. */
function line(id: string, at: string, user: string): string {
  const usage = { inputTokens: 20_000, outputTokens: 5_000 };
  const model = 'global.anthropic.claude-sonnet-5-5';
  return JSON.stringify({ schema: 'tollbook.v1', id, at, model, usage, user, team: 'platform' });
}

/** Two days of ann, every quarter of an hour from 9:00 to 17:45: 900,000 tokens a day; and one request of bob. */
const OCTOBER = ['2026-10-20', '2026-10-21'].flatMap((day) => [
  ...Array.from({ length: 36 }, (_, index) => {
    const minutes = 9 * 60 + index * 15;
    const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
    return line(`ann-${day}-${index}`, `${day}T${clock.join(':')}:00Z`, 'ann@example.com');
  }),
  line(`bob-${day}`, `${day}T10:00:00Z`, 'bob@example.com'),
]);

/** Nineteen requests at the first minute of today: 475,000 tokens, 1.71 USD. */
const NOW = Array.from({ length: 19 }, (_, index) =>
  line(`now-${index}`, `${TODAY}T00:00:00Z`, 'ann@example.com'),
);

/** A folder with a ledger of these requests, and `tollbook budgets` on it. */
export function openBudgetLedger() {
  const place = makeFolder();
  const data = place.path('ledger');
  const run = (...args: readonly string[]): Promise<Run> => runTollbook(['budgets', ...args, '--data', data]);
  const output = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  return {
    ...place,
    data,
    run,
    output,
    json: async (...args: readonly string[]): Promise<unknown> => JSON.parse(await output(...args, '--json')),
    async fill(): Promise<void> {
      const log = place.write('gateway.log', [...OCTOBER, ...NOW].join('\n'));
      const { code } = await runTollbook(['ingest', log, '--data', data]);
      expect(code).toBe(0);
    },
  };
}

/** The limits that most of these tests are about. */
export const POLICY_TEXT = `budgets:
  - { user: "*", day: "500,000 tokens" }
  - { team: platform, month: 2 USD }
overflow: { automatic: 10%, approvers: [fay, eve], longest: 14 days }
`;

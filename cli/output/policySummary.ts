import type { ReadPolicy } from '../../shared/formats/policy/readPolicy.ts';
import { formatCount } from './table.ts';

type SoundPolicy = Extract<ReadPolicy, { kind: 'read' }>;

/** What a policy holds: `4 budgets, 1 burst rule`; what it has none of is left out. */
export function policySummary({ policy, directory = [] }: SoundPolicy): string {
  const { budgets, bursts, access, scrutiny, hours, breaker, routing, alerts } = policy;
  const parts = [
    counted(budgets.length, 'budget', 'budgets'),
    counted(bursts.length, 'burst rule', 'burst rules'),
    counted(access.length, 'list of models', 'lists of models'),
    counted(scrutiny.length, 'rule of scrutiny', 'rules of scrutiny'),
    counted(hours.length, 'rule of hours', 'rules of hours'),
    breaker === undefined ? '' : 'a breaker',
    counted(routing?.rules.length ?? 0, 'routing rule', 'routing rules'),
    counted(alerts?.channels.length ?? 0, 'channel of alerts', 'channels of alerts'),
    counted(directory.length, 'person', 'people'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'without any rule' : parts.join(', ');
}

function counted(count: number, one: string, many: string): string {
  if (count === 0) return '';
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** What there is to say about a file, for programs: each place in fields of its own. */
export function findingsJson(read: ReadPolicy) {
  const { warnings } = read;
  return read.kind === 'refused'
    ? { valid: false, mistakes: read.mistakes, warnings }
    : { valid: true, mistakes: [], warnings };
}

import { USAGE_SOURCES, type UsageSource } from './usage.ts';

/** All sources, the one whose sighting of a request counts before all others first. */
export type SourcePrecedence = readonly UsageSource[];

/**
 * Who is believed when several logs tell of one request: the one nearest to the bill. A gateway knows what it
 * sent, a client only what it was answered, which is why Claude Code comes last.
 */
export const DEFAULT_PRECEDENCE: SourcePrecedence = [
  'bedrock',
  'tollbook',
  'litellm',
  'envoy',
  'kong',
  'portkey',
  'cloudflare',
  'plain',
  'claude-code',
];

/** These sources first, in this order, then all others in their usual one. */
export function completePrecedence(first: SourcePrecedence): SourcePrecedence {
  return [...new Set([...first, ...DEFAULT_PRECEDENCE])];
}

/** Above zero when `seen` is believed before `recorded`, zero for the same source. */
export function compareSources(
  recorded: UsageSource,
  seen: UsageSource,
  precedence: SourcePrecedence,
): number {
  return recorded === seen ? 0 : precedence.indexOf(recorded) - precedence.indexOf(seen);
}

/** True for the name of a source, such as a company may have written into its settings. */
export function isUsageSource(name: string): name is UsageSource {
  return USAGE_SOURCES.some((source) => source === name);
}

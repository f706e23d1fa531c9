import type { ModelCapability } from './capabilities.ts';

/** Vendors as Bedrock's ids begin with them. */
const BEDROCK_VENDOR = /(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen)\./;

/**
 * Writes a model's id the way another one is written, so that a gateway that asked for
 * `bedrock/us.anthropic.claude-opus-5-5` can use the answer: `bedrock/us.anthropic.claude-haiku-5-5`. Of an
 * ARN only the endpoint prefix is kept, because an account has a profile of its own for each model.
 */
export function spellLike(askedId: string, { model, bedrockId }: ModelCapability): string {
  const nameAt = askedId.lastIndexOf('/') + 1;
  const route = askedId.startsWith('arn:') ? '' : askedId.slice(0, nameAt);
  const name = askedId.slice(nameAt);
  const vendorAt = name.search(BEDROCK_VENDOR);
  if (vendorAt < 0) return `${route}${model}`;
  return `${route}${name.slice(0, vendorAt)}${bedrockId}`;
}

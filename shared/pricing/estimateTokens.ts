/**
 * Rules of thumb for a cost that is told before the provider has counted: four characters of English are
 * about a token, a megabyte of compressed audio is about a minute. Both round up, so that an estimate
 * does not start below the bill, and both say what they are: estimates are never posted as usage.
 */

const CHARACTERS_PER_TOKEN = 4;
const AUDIO_BYTES_PER_MINUTE = 1_000_000;
const SECONDS_PER_MINUTE = 60;

export type EstimatedTokens = Readonly<{ tokens: number; isEstimated: true }>;
export type EstimatedSeconds = Readonly<{ seconds: number; isEstimated: true }>;

/** Tokens of a text. A character is a Unicode code point, so an emoji is not two. */
export function estimateTokens(text: string): EstimatedTokens {
  let characters = 0;
  for (const _ of text) characters += 1;
  return estimateTokensOfLength(characters);
}

/** The same for a text of which only the length is known, so that the text itself need not be sent. */
export function estimateTokensOfLength(characters: number): EstimatedTokens {
  return { tokens: Math.ceil(characters / CHARACTERS_PER_TOKEN), isEstimated: true };
}

export function estimateAudioSeconds(bytes: number): EstimatedSeconds {
  return { seconds: Math.ceil((bytes * SECONDS_PER_MINUTE) / AUDIO_BYTES_PER_MINUTE), isEstimated: true };
}

const BASE_MS = 20;
const MAX_MS = 1_000;

/** Waits longer after each attempt, up to a second, and never as long as a competitor that began with us. */
export function pauseAfterContention(attempt: number): Promise<void> {
  const ceilingMs = Math.min(MAX_MS, BASE_MS * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ceilingMs));
}

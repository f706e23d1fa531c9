import { applicationProfileRegion, modelOfProfile, type ProfileAnswer } from '../domain/inferenceProfile.ts';
import type { PriceBook } from '../pricing/priceBook.ts';
import { withProfiles } from '../pricing/withProfiles.ts';
import { inParallel } from './inParallel.ts';
import type { KeptProfile, ProfileStore } from './profileStore.ts';

/** Asks which model a profile stands for; it never throws, and gives up when the signal says so. */
export type AskForProfile = (arn: string, signal: AbortSignal) => Promise<ProfileAnswer>;

/** All questions of one batch together take no longer than this. */
const ASKING_MS = 1_000;
const ASKED_AT_ONCE = 8;
/** Profiles come from logs: a batch of made-up ones must not become a flood of questions. */
const MAX_ASKED = 16;
const MAX_FOUND = 100;
const MAX_REMEMBERED = 1_000;
const REFUSED_MS = 3_600_000;
const FAILED_MS = 60_000;

/**
 * What a process has learnt of application inference profiles. Each is asked for once: the answer is kept
 * in the store for all processes, and that there is none for an hour. A question that went wrong is put
 * again after a minute, by this process. A request whose profile stays unknown is posted without a price.
 */
export class LearntProfiles {
  readonly #store: ProfileStore;
  readonly #ask: AskForProfile;
  readonly #remembered = new Map<string, KeptProfile>();
  #learnt: ReadonlyMap<string, string> = new Map();
  #under: Readonly<{ book: PriceBook; learnt: ReadonlyMap<string, string>; result: PriceBook }> | undefined;

  constructor(store: ProfileStore, ask: AskForProfile) {
    this.#store = store;
    this.#ask = ask;
  }

  /** The price book with the profiles among these model ids, as far as they can be learnt. */
  async bookFor(book: PriceBook, modelIds: Iterable<string>, now: Date): Promise<PriceBook> {
    const wanted = new Set<string>();
    for (const id of modelIds) {
      if (!this.#isKnown(id, now) && !book.profiles.has(id) && applicationProfileRegion(id)) wanted.add(id);
    }
    if (wanted.size > 0) await this.#learn([...wanted].slice(0, MAX_FOUND), now);
    if (this.#under?.book !== book || this.#under.learnt !== this.#learnt) {
      this.#under = { book, learnt: this.#learnt, result: withProfiles(book, this.#learnt) };
    }
    return this.#under.result;
  }

  #isKnown(modelId: string, now: Date): boolean {
    const profile = this.#remembered.get(modelId);
    return profile !== undefined && isFresh(profile, now);
  }

  async #learn(arns: readonly string[], now: Date): Promise<void> {
    const kept = await this.#store.find(arns);
    const learnt = new Map([...kept].filter(([, profile]) => isFresh(profile, now)));
    const unknown = arns.filter((arn) => !learnt.has(arn)).slice(0, MAX_ASKED);
    const signal = AbortSignal.timeout(ASKING_MS);
    const answers = await inParallel(unknown, ASKED_AT_ONCE, async (arn) => ({
      arn,
      answer: await this.#ask(arn, signal),
    }));
    for (const { arn, answer } of answers) {
      const profile = profileOfAnswer(answer, now);
      learnt.set(arn, profile);
      if (answer.kind !== 'failed') await this.#store.keep(arn, profile);
    }
    this.#remember(learnt);
  }

  #remember(learnt: ReadonlyMap<string, KeptProfile>): void {
    if (this.#remembered.size > MAX_REMEMBERED) this.#remembered.clear();
    for (const [arn, profile] of learnt) this.#remembered.set(arn, profile);
    this.#learnt = new Map(
      [...this.#remembered].flatMap(([arn, profile]) =>
        profile.kind === 'model' ? [[arn, profile.modelId]] : [],
      ),
    );
  }
}

function isFresh(profile: KeptProfile, now: Date): boolean {
  return profile.kind === 'model' || profile.untilMs > now.getTime();
}

function profileOfAnswer(answer: ProfileAnswer, now: Date): KeptProfile {
  switch (answer.kind) {
    case 'found': {
      const modelId = modelOfProfile(answer.modelArns);
      if (modelId !== undefined) return { kind: 'model', modelId };
      return { kind: 'none', reason: 'endpoint_unclear', untilMs: now.getTime() + REFUSED_MS };
    }
    case 'refused':
      return { kind: 'none', reason: answer.reason, untilMs: now.getTime() + REFUSED_MS };
    case 'failed':
      return { kind: 'none', reason: answer.reason, untilMs: now.getTime() + FAILED_MS };
    default:
      return answer satisfies never;
  }
}

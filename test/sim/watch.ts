import { TABLES } from './environment.ts';
import type { Change } from './twin/engine.ts';
import type { Violations } from './violation.ts';

/** A message as the channel showed it; `isAnswerLost` where nobody learnt that it did. */
export type Telling = Readonly<{ alertIds: readonly string[]; atMs: number; isAnswerLost: boolean }>;

/** A claim lasts two minutes from the start of a run, and a run one minute at most. */
const LEAST_BETWEEN_MS = 60_000;

/** Watches every write for what must never happen, not even for a moment. */
export class Watch {
  /** How often each alert record was made, by id. */
  readonly created = new Map<string, number>();
  /** How often each alert was published, by id. */
  readonly published = new Map<string, number>();
  /** How often each alert was told through the channel, by id. */
  readonly delivered = new Map<string, number>();
  readonly #violations: Violations;
  /** Periods that take no postings any more, and those whose totals are final, by the sort keys of their seals. */
  readonly #closing = new Set<string>();
  readonly #sealed = new Set<string>();
  readonly #lastTold = new Map<string, Readonly<{ atMs: number; isAnswerLost: boolean }>>();
  /** Alerts whose delivery was noted as made. */
  readonly #ended = new Set<string>();
  #isRebuilding = false;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  get sealedDays(): number {
    return [...this.#sealed].filter((period) => period.startsWith('DAY#')).length;
  }

  get sealedMonths(): number {
    return this.#sealed.size - this.sealedDays;
  }

  onChange(change: Change): void {
    const { table, key, before, after } = change;
    if (table !== TABLES.totalsTable || before?.text === after?.text) return;
    if (key.pk.startsWith('ALERTS#') && before === undefined && after !== undefined) {
      this.created.set(key.sk, (this.created.get(key.sk) ?? 0) + 1);
    }
    if (key.pk.startsWith('DELIVERIES#') && after !== undefined) {
      const id = DELIVERED.test(after.text) ? ALERT_ID.exec(after.text)?.[1] : undefined;
      if (id !== undefined) this.#ended.add(id);
    }
    if (key.pk === 'SEALS') this.#noteSeal(change);
    else if (!this.#isRebuilding) this.#checkCounted(change);
  }

  onPublished(alertId: string): void {
    this.published.set(alertId, (this.published.get(alertId) ?? 0) + 1);
  }

  /**
   * An alert may be told again only where we cannot know that it was: the channel never answered, or the worker died, or could not
   * note it. Then its claim has to run out first; and what was noted as delivered is never told again.
   */
  onDelivered({ alertIds, atMs, isAnswerLost }: Telling): void {
    for (const id of alertIds) {
      this.delivered.set(id, (this.delivered.get(id) ?? 0) + 1);
      if (this.#ended.has(id))
        this.#violations.add('8 one alert', `${id} was told after its delivery had ended`);
      const last = this.#lastTold.get(id);
      if (last !== undefined && !last.isAnswerLost && atMs - last.atMs < LEAST_BETWEEN_MS) {
        this.#violations.add('8 one alert', `${id} was told again after ${atMs - last.atMs} ms`);
      }
      this.#lastTold.set(id, { atMs, isAnswerLost });
    }
  }

  /** While totals are thrown away and made again on purpose, their being gone for a moment is no harm. */
  async whileRebuilding(work: () => Promise<void>): Promise<void> {
    this.#isRebuilding = true;
    await work();
    this.#isRebuilding = false;
  }

  #noteSeal({ key, before, after }: Change): void {
    if (before?.text.includes(SEALED_AT) === true) {
      this.#violations.add('4 sealed stays', `the seal of ${key.sk} changed`);
    }
    if (after?.text.includes(SEALING_AT) === true) this.#closing.add(key.sk);
    if (after?.text.includes(SEALED_AT) === true) this.#sealed.add(key.sk);
  }

  #checkCounted({ key, before, after }: Change): void {
    const { pk, sk } = key;
    if (!COUNTED.test(sk) || pk.startsWith('USER#')) return;
    const isFinal = sk.startsWith('LINE#') ? this.#isClosing(pk.slice(-DAY_LENGTH)) : this.#sealed.has(sk);
    if (isFinal) this.#violations.add('4 sealed stays', `${pk} ${sk} changed although its period is sealed`);
    if (before === undefined) return;
    const [was, is] = [N.exec(before.text)?.[1], N.exec(after?.text ?? '')?.[1]];
    if (was !== undefined && (is === undefined || BigInt(is) < BigInt(was))) {
      this.#violations.add('4 n never falls', `${pk} ${sk}: n falls from ${was} to ${is ?? 'nothing'}`);
    }
  }

  #isClosing(day: string): boolean {
    return this.#closing.has(`DAY#${day}`) || this.#closing.has(`MONTH#${day.slice(0, 7)}`);
  }
}

/** Lines and totals; other items have no `n`. */
const COUNTED = /^(?:LINE|DAY|MONTH)#/;
const DAY_LENGTH = 10;

const DELIVERED = /"state":\{"S":"delivered"\}/;
const ALERT_ID = /"alertId":\{"S":"([^"]+)"\}/;

/** Parsing every item that is written would take longer than writing it. */
const N = /"n":\{"N":"(\d+)"\}/;
const SEALING_AT = '"sealingAt"';
const SEALED_AT = '"sealedAt"';

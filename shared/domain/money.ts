/**
 * Money is a `bigint` of pico-USD (1 USD = 10^12). A list price of 0.01 USD per million tokens is
 * 10,000 pico-USD per token, so tokens times price is exact and no float is ever needed.
 */

const PICO_DIGITS = 12;
export const PICO_USD_PER_USD = 10n ** BigInt(PICO_DIGITS);

const DECIMAL = /^(-?)(\d{1,18})(?:\.(\d{1,12}))?$/;

/** Reads a decimal string such as `"12.5"` as pico-USD; `undefined` when it is no such decimal. */
export function parseUsd(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const magnitude = BigInt(whole + fraction.padEnd(PICO_DIGITS, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** Writes pico-USD as an exact decimal string without trailing zeros: `23104800000n` is `"0.0231048"`. */
export function formatUsd(picoUsd: bigint): string {
  const sign = picoUsd < 0n ? '-' : '';
  const digits = (picoUsd < 0n ? -picoUsd : picoUsd).toString().padStart(PICO_DIGITS + 1, '0');
  const whole = digits.slice(0, -PICO_DIGITS);
  const fraction = digits.slice(-PICO_DIGITS).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/**
 * Writes pico-USD for people, rounded half up (away from zero) to `decimals` places with thousands
 * separators: `$1,234.50`. For display only: a rounded figure is never added or stored.
 */
export function displayUsd(picoUsd: bigint, decimals = 2): string {
  const unit = 10n ** BigInt(PICO_DIGITS - decimals);
  const magnitude = picoUsd < 0n ? -picoUsd : picoUsd;
  const rounded = ((magnitude + unit / 2n) / unit).toString().padStart(decimals + 1, '0');
  const whole = rounded.slice(0, rounded.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = decimals === 0 ? '' : `.${rounded.slice(-decimals)}`;
  const isZero = /^0*$/.test(rounded);
  return `${picoUsd < 0n && !isZero ? '-' : ''}$${whole}${fraction}`;
}

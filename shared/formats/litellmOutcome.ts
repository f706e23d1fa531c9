import { embeddedObject } from './embeddedObject.ts';
import type { Fields } from './fields.ts';
import type { HttpOutcome } from './httpStatus.ts';

/** Codes and names of error classes; whatever else stands there may be a sentence, and is left out. */
const ERROR_CODE = /^[\w.:-]{1,64}$/;

/**
 * How a request ended, in LiteLLM's words. Of an error only its code or class is read, never its message. The
 * spend logs keep the error in their metadata.
 */
export function readLitellmOutcome(line: Fields, metadata: Fields): HttpOutcome {
  const status = line.looseText('status') ?? 'success';
  if (status === 'success') return { status: 'ok' };
  if (status !== 'failure') line.fail('bad_field', 'status', 'neither success nor failure');
  const error = errorOf(line) ?? errorOf(metadata);
  const code = error?.looseText('error_code');
  const errorClass = error?.looseText('error_class');
  const errorCode = [code, errorClass].find((text) => text !== undefined && ERROR_CODE.test(text));
  if (code === '429' || errorClass === 'RateLimitError') return { status: 'throttled', errorCode };
  return { status: isGuarded(line) ? 'blocked' : 'error', errorCode };
}

function errorOf(holder: Fields): Fields | undefined {
  if (!holder.raw('error_information')) return undefined;
  return holder.within(embeddedObject(holder, 'error_information'), 'error_information');
}

function isGuarded(line: Fields): boolean {
  const fields = line.within(embeddedObject(line, 'status_fields'), 'status_fields');
  return fields.raw('guardrail_status') === 'guardrail_intervened';
}

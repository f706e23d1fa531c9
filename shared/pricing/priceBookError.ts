/** Why a price book, or an overlay of one, is refused; each is one rule of the file. */
export type PriceBookErrorCode =
  | 'file_malformed'
  | 'file_unreadable'
  | 'price_malformed'
  | 'price_too_fine'
  | 'price_indivisible'
  | 'source_unknown'
  | 'period_empty'
  | 'periods_overlap'
  | 'periods_gap'
  | 'id_duplicate'
  | 'source_duplicate'
  | 'model_unknown'
  | 'scope_unreachable'
  | 'price_absurd'
  | 'price_missing'
  | 'discounts_overlap'
  | 'discount_indivisible'
  | 'profile_unknown';

/**
 * The price book or an overlay breaks one of its rules and must not price anything. The message names the
 * model and the row, or the line of the overlay, because whoever reads it has the file open.
 */
export class PriceBookError extends Error {
  readonly code: PriceBookErrorCode;

  constructor(code: PriceBookErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PriceBookError';
    this.code = code;
  }
}

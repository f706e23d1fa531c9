import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { configuredPriceBook } from '../shared/pricing/configuredPriceBook.ts';
import { quoteBody, toQuoteRequest } from '../shared/pricing/quoteBody.ts';
import { quoteCosts } from '../shared/pricing/quoteCosts.ts';
import type { Books } from '../shared/pricing/serviceCosts.ts';
import { bundledServicePrices } from '../shared/pricing/servicePrices.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { jsonAnswer } from '../shared/runtime/httpAnswer.ts';
import { readJsonBody } from '../shared/runtime/jsonBody.ts';

const MAX_BODY_BYTES = 65_536;

/**
 * `POST /costs/quote`: what one request costs, by service, from what it used or is expected to use.
 * Nothing is stored and nothing is read but the price books.
 */
export async function answerQuote(
  event: unknown,
  { books, now }: { books: Books; now: Date },
): Promise<APIGatewayProxyStructuredResultV2> {
  const body = readJsonBody(event, { schema: quoteBody, maxBytes: MAX_BODY_BYTES });
  if (body.kind === 'refused') return body.answer;
  return jsonAnswer(200, quoteCosts(toQuoteRequest(body.value, now), books));
}

export const handler = makeHandler('quoteCosts', async (event) => {
  const { PRICE_OVERLAY } = readEnvironment('PRICE_OVERLAY');
  const books = { priceBook: configuredPriceBook(PRICE_OVERLAY), servicePrices: bundledServicePrices() };
  return answerQuote(event, { books, now: new Date() });
});

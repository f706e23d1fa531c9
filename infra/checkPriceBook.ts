/**
 * Checks the price files that ship with the code, before they are packaged: no process checks them again.
 * `npx node infra/checkPriceBook.ts` says what it found and throws `PriceBookError` where a file is wrong.
 */
import { loadPriceBook } from '../shared/pricing/loadPriceBook.ts';
import priceBookFile from '../shared/pricing/priceBook.json' with { type: 'json' };
import servicePriceFile from '../shared/pricing/servicePrices.json' with { type: 'json' };
import { loadServicePrices } from '../shared/pricing/servicePrices.ts';

const { version, models } = loadPriceBook(priceBookFile);
const servicePrices = loadServicePrices(servicePriceFile);
process.stdout.write(`price book ${version}: ${models.length} models, sound\n`);
process.stdout.write(`service prices: ${servicePrices.size} of an item and region, sound\n`);

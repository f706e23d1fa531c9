import { Command, Option } from 'commander';
import { LocalError } from '../../infra/local/localError.ts';
import { isDay, toDay } from '../../shared/domain/period.ts';
import { identifyModel } from '../../shared/pricing/modelIdentity.ts';
import { matchesModel } from '../../shared/pricing/modelPattern.ts';
import { suggestModel } from '../../shared/pricing/overlayNames.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import {
  comparePrices,
  pricesInForce,
  pricesOfModel,
  staleSources,
} from '../../shared/pricing/pricesInForce.ts';
import { formatChanges, formatCheck, formatModel, formatPrices, formatStale } from '../output/prices.ts';
import { modelJson, priceChangesJson, pricesJson } from '../output/pricesJson.ts';
import { openPriceBook, pricesOption, readOwnPrices } from './ownPrices.ts';

type BookOptions = Readonly<{ prices?: string }>;
type DayOptions = BookOptions & Readonly<{ date?: string }>;
type ListOptions = DayOptions & Readonly<{ model?: string; json?: boolean }>;
type ShowOptions = BookOptions & Readonly<{ json?: boolean }>;
type CheckOptions = DayOptions & Readonly<{ strict?: boolean }>;
type DiffOptions = DayOptions & Readonly<{ json?: boolean }>;

const EXIT_STALE = 1;

/** `tollbook prices`: what the price book says, whether it is still looked after, and overlays of it. */
export function pricesCommand(now: () => Date = () => new Date()): Command {
  const today = () => toDay(now());
  const date = () => new Option('--date <day>', 'UTC day, YYYY-MM-DD; today without it');
  const json = () => new Option('--json', 'print one JSON object');
  const prices = new Command('prices')
    .description('show, check and compare prices, and validate your own')
    .showSuggestionAfterError()
    .exitOverride();
  prices
    .command('list')
    .description('the prices in force on a day')
    .addOption(date())
    .option('--model <pattern>', 'one model, or those that start so: "claude-opus-*"')
    .addOption(pricesOption())
    .addOption(json())
    .allowExcessArguments(false)
    .action((options: ListOptions) => listPrices(options, dayOf(options.date, today)));
  prices
    .command('show')
    .description('all prices that a model has had, with their sources')
    .argument('<model>', 'name or id of the model')
    .addOption(pricesOption())
    .addOption(json())
    .allowExcessArguments(false)
    .action(showModel);
  prices
    .command('check')
    .description('warn of prices in force whose source was not checked for more than 60 days')
    .addOption(date())
    .option('--strict', 'exit with 1 when there is a warning')
    .addOption(pricesOption())
    .allowExcessArguments(false)
    .action((options: CheckOptions) => checkPrices(options, dayOf(options.date, today)));
  prices
    .command('diff')
    .description('what changed between two days, or what your own prices change on one')
    .argument('[from]', 'UTC day, YYYY-MM-DD')
    .argument('[to]', 'UTC day, YYYY-MM-DD')
    .addOption(pricesOption())
    .addOption(date())
    .addOption(json())
    .allowExcessArguments(false)
    .action((from: string | undefined, to: string | undefined, options: DiffOptions) =>
      diffPrices({ from, to, options, today }),
    );
  prices
    .command('validate')
    .description('check a file of your own prices, and say where it is wrong')
    .argument('<file>', "YAML file of the company's own prices")
    .allowExcessArguments(false)
    .action(validateOverlay);
  return prices;
}

function listPrices({ model: pattern = '*', prices: file, json }: ListOptions, day: string): void {
  const book = openPriceBook({ prices: file });
  if (!book.models.some(({ model }) => matchesModel(pattern, model))) {
    throw new LocalError('usage', `--model ${pattern}: no such model${suggestModel(book, pattern)}`);
  }
  const prices = pricesInForce(book, day).filter(({ model }) => matchesModel(pattern, model));
  print(json === true ? JSON.stringify(pricesJson(book, prices, day)) : formatPrices(book, prices, day));
}

function showModel(name: string, { prices: file, json }: ShowOptions): void {
  const book = openPriceBook({ prices: file });
  const identity = identifyModel(book, name);
  const known = identity.isKnown ? identity.model : name;
  const model = book.models.find((candidate) => candidate.model === known);
  if (model === undefined) throw new LocalError('usage', `${name}: no such model${suggestModel(book, name)}`);
  const prices = pricesOfModel(model);
  print(json === true ? JSON.stringify(modelJson(book, model, prices)) : formatModel(book, model, prices));
}

function checkPrices({ prices: file, strict }: CheckOptions, day: string): void {
  const book = openPriceBook({ prices: file });
  const prices = pricesInForce(book, day);
  let stale = 0;
  for (const price of prices) {
    const sources = staleSources(book, price, day);
    if (sources.length > 0) stale += 1;
    for (const source of sources) process.stderr.write(`${formatStale(price, source, day)}\n`);
  }
  print(formatCheck({ day, prices: prices.length, stale }));
  if (stale > 0 && strict === true) process.exitCode = EXIT_STALE;
}

type DiffRequest = Readonly<{
  from: string | undefined;
  to: string | undefined;
  options: DiffOptions;
  today: () => string;
}>;

function diffPrices({ from, to, options, today }: DiffRequest): void {
  const { prices: file, date, json } = options;
  const book = openPriceBook({ prices: file });
  if (from === undefined && file !== undefined) {
    const day = dayOf(date, today);
    const bundled = bundledPriceBook();
    const changes = comparePrices(pricesInForce(bundled, day), pricesInForce(book, day));
    const names = { before: `${day}, ${bundled.version}`, after: `${day}, ${book.version}` };
    print(json === true ? JSON.stringify(priceChangesJson(changes, names)) : formatChanges(changes, names));
    return;
  }
  if (from === undefined || to === undefined || date !== undefined) {
    throw new LocalError('usage', 'diff: give two days, or --prices FILE and perhaps --date DAY');
  }
  checkDay('diff', from);
  checkDay('diff', to);
  if (from > to) throw new LocalError('usage', `diff: ${from} is after ${to}`);
  const changes = comparePrices(pricesInForce(book, from), pricesInForce(book, to));
  const names = { before: from, after: to };
  print(json === true ? JSON.stringify(priceChangesJson(changes, names)) : formatChanges(changes, names));
}

function validateOverlay(file: string): void {
  const { prices, discounts, profiles } = readOwnPrices(file);
  print(`${file}: valid, ${prices.length} prices, ${discounts.length} discounts, ${profiles.size} profiles`);
}

function dayOf(date: string | undefined, today: () => string): string {
  if (date === undefined) return today();
  checkDay('--date', date);
  return date;
}

function checkDay(flag: string, day: string): void {
  if (!isDay(day)) throw new LocalError('usage', `${flag} ${day}: give a day as YYYY-MM-DD`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

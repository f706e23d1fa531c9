import { userInfo } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES } from '../../shared/domain/alerts/alert.ts';
import { ackCommand, snoozeCommand } from './alertActions.ts';
import { listCommand, showCommand } from './alertList.ts';
import { testCommand } from './alertTest.ts';

const ID = 'id of the alert; its beginning is enough';
const DEFAULT_TOP = 20;

/** `tollbook alerts`: what was told, to whom, what waits, and what people do about it. */
export function alertsCommand(ledgerOptions: () => readonly Option[]): Command {
  const command = new Command('alerts')
    .description('look at alerts and their deliveries, acknowledge or snooze them, try channels')
    .showSuggestionAfterError()
    .exitOverride();
  const onLedger = (name: string) => {
    const sub = command.command(name);
    for (const option of ledgerOptions()) sub.addOption(option);
    return sub.option('--json', 'print one JSON object').allowExcessArguments(false);
  };
  onLedger('list')
    .description('alerts of the last year, the newest first')
    .option('--month <month>', 'only those of periods that began in this month, YYYY-MM')
    .option('--open', 'only those that ask for something, are not over, and nobody deals with')
    .addOption(new Option('--severity <severity>', 'only these').choices(SEVERITIES))
    .addOption(
      new Option('--top <n>', 'at most so many')
        .argParser(wholeNumber)
        .default(DEFAULT_TOP)
        .conflicts('json'),
    )
    .option('--deliveries', 'what waits to be delivered, and why')
    .action(listCommand);
  onLedger('show')
    .description('one alert in full, with what became of its deliveries')
    .argument('<id>', ID)
    .action(showCommand);
  onLedger('test')
    .description('send a sample through the channels of the policy; exit 1 if one does not take it')
    .option('--channel <name>', 'only this one')
    .action(testCommand);
  onLedger('ack')
    .description('say that somebody deals with an alert')
    .argument('<id>', ID)
    .addOption(actingAs())
    .action(ackCommand);
  onLedger('snooze')
    .description('leave the conversation of an alert alone for a while')
    .argument('<id>', ID)
    .addOption(
      new Option('--for <span>', 'tell at its end what came meanwhile: 30m, 24h, 7d').conflicts('untilReset'),
    )
    .option('--until-reset', 'drop what comes before the period of the alert ends')
    .addOption(actingAs())
    .action(snoozeCommand);
  return command;
}

/** Whoever may write the ledger's tables is trusted to say who he is, and the record keeps what he said. */
function actingAs(): Option {
  return new Option('--by <name>', 'who you are in the policy')
    .env('TOLLBOOK_USER')
    .default(userInfo().username);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number from 1 to 999999.');
}

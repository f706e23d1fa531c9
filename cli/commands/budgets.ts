import { userInfo } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { INCREASE_STATES } from '../../shared/domain/policy/increase.ts';
import { COMPLEXITIES } from '../../shared/domain/policy/modelChoice.ts';
import { approveCommand, denyCommand, increasesCommand, requestCommand } from './budgetIncreases.ts';
import { listCommand } from './budgetList.ts';
import { applyCommand, exportCommand, planCommand, validateCommand } from './budgetPolicy.ts';
import { routeCommand } from './budgetRoute.ts';
import { simulateCommand } from './budgetSimulation.ts';
import { SUGGEST_BY, suggestCommand } from './budgetSuggestion.ts';
import { pricesOption } from './ownPrices.ts';

const POLICY_FILE = 'YAML or JSON file, - for standard input';

/** `tollbook budgets`: what may be spent, what is, what would happen, and who may have more. */
export function budgetsCommand(ledgerOptions: () => readonly Option[]): Command {
  const command = new Command('budgets')
    .description('check, plan and apply the policy of budgets; increases; simulation and suggestions')
    .showSuggestionAfterError()
    .exitOverride();
  const onLedger = (name: string) => {
    const sub = command.command(name);
    for (const option of ledgerOptions()) sub.addOption(option);
    return sub.option('--json', 'print one JSON object').allowExcessArguments(false);
  };
  command
    .command('validate')
    .description('check a policy file, and say where it is wrong')
    .argument('<file>', POLICY_FILE)
    .option('--json', 'print one JSON object')
    .allowExcessArguments(false)
    .action(validateCommand);
  addPolicyCommands(onLedger);
  addIncreaseCommands(onLedger);
  addForesight(onLedger);
  return command;
}

type Sub = (name: string) => Command;

function addPolicyCommands(onLedger: Sub): void {
  onLedger('plan')
    .description('what a policy file changes, and whose requests would be answered otherwise now')
    .argument('<file>', POLICY_FILE)
    .action(planCommand);
  onLedger('apply')
    .description('plan, then bring a policy file into force; twice is once')
    .argument('<file>', POLICY_FILE)
    .addOption(actingAs())
    .option('--why <text>', 'a reason, for the audit')
    .action(applyCommand);
  onLedger('export')
    .description('the policy in force as YAML')
    .option('--number <n>', 'an earlier version', wholeNumber)
    .action(exportCommand);
  onLedger('list')
    .description('what budgets have used of their limits, and when they start anew')
    .option('--budget <id>', 'only this budget')
    .option('--top <n>', 'scopes of a budget that each have their own limit', wholeNumber, 20)
    .action(listCommand);
}

function addIncreaseCommands(onLedger: Sub): void {
  onLedger('request')
    .description('ask for more for a while; a part goes through by itself, the rest waits for approvers')
    .argument('<budget>', 'id of the budget')
    .requiredOption('--scope <id>', 'whose: a team, a user …; * for the organisation')
    .requiredOption('--amount <amount>', 'how much more, such as "50 USD" or "200,000 tokens"')
    .requiredOption('--until <time>', 'UTC day, included, or a time')
    .requiredOption('--reason <text>', 'why')
    .addOption(actingAs())
    .action(requestCommand);
  onLedger('approve')
    .description('agree to an increase; with the last approver it is granted')
    .argument('<id>', 'id of the increase')
    .addOption(actingAs())
    .action(approveCommand);
  onLedger('deny')
    .description('end an increase, asked for or granted')
    .argument('<id>', 'id of the increase')
    .addOption(actingAs())
    .action(denyCommand);
  onLedger('increases')
    .description('list increases, or show what happened to one')
    .argument('[id]', 'id of an increase')
    .addOption(new Option('--state <state>', 'only these').choices(INCREASE_STATES))
    .action(increasesCommand);
}

function addForesight(onLedger: Sub): void {
  onLedger('simulate')
    .description('replay recorded days under a policy: who would be warned, slowed or refused, and when')
    .requiredOption('--policy <file>', POLICY_FILE)
    .option('--from <day>', 'first UTC day, YYYY-MM-DD')
    .option('--to <day>', 'last UTC day, included')
    .option('--without-increases', 'leave out what was granted on those days')
    .action(simulateCommand);
  onLedger('suggest')
    .description('limits from what was spent on active days, as YAML ready to paste')
    .addOption(new Option('--by <scope>', 'whose limits').choices(SUGGEST_BY).default('user'))
    .option('--percentile <n>', 'percent of active days that shall fit', percentage, 95)
    .option('--from <day>', 'first UTC day, YYYY-MM-DD')
    .option('--to <day>', 'last UTC day, included')
    .action(suggestCommand);
  onLedger('route')
    .description('which routing rule holds for a request, and what model would be suggested now')
    .requiredOption('--model <id>', 'the model that is asked for')
    .option('--query <text>', 'what the user wrote; it is looked at and not kept')
    .option('--user <id>', 'who asks')
    .option('--team <id>', "the user's team, where the directory has another or none")
    .option('--operation <name>', 'as log lines state it')
    .option('--entrypoint <name>', 'as log lines state it')
    .addOption(new Option('--complexity <level>', 'how hard it is').choices(COMPLEXITIES))
    .option('--prompt-tokens <n>', 'length of the prompt', wholeNumber)
    .option('--output-tokens <n>', 'expected length of the answer', wholeNumber)
    .option('--policy <file>', 'a policy file, instead of the policy in force')
    .addOption(pricesOption())
    .action(routeCommand);
}

/** Whoever may write the ledger's tables is trusted to say who he is, and the audit keeps what he said. */
function actingAs(): Option {
  return new Option('--as <name>', 'who you are in the policy')
    .env('TOLLBOOK_USER')
    .default(userInfo().username);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number from 1 to 999999.');
}

function percentage(text: string): number {
  if (/^([1-9]\d?|100)$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number from 1 to 100.');
}

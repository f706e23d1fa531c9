/** Short neutral texts for prompts and answers; none says anything about a real person or company. */

const TASKS = [
  'Rename the configuration option and keep the old name working for one more release.',
  'Find out why the integration test for pagination fails only when the list is empty.',
  'Add a retry with a growing pause to the client, and stop after the fifth attempt.',
  'Write a short summary of the changes since the last release for the change log.',
  'Split this function into a part that reads the file and a part that checks its rows.',
  'Explain what this query does and say which index would make it faster.',
  'Move the date arithmetic into a module of its own and cover leap years with tests.',
  'Read the build log and list the warnings that appeared with the newest dependency.',
  'Suggest three clearer names for the events that the worker publishes.',
  'Turn this table of measurements into a chart description and mention the outliers.',
  'Check that every exported type has a comment and add the ones that are missing.',
];

const DETAILS = [
  'Keep the change as small as you can, run the unit tests afterwards and tell me which files you touched.',
  'Do not alter the public interface. If something is unclear, state your assumption before you go on.',
  'The code base is strict about types, so prefer a precise type to a comment that explains a loose one.',
  'Work through the open files one after another, and stop when the linter has no more complaints.',
  'Answer in a few sentences; I will ask for an example when I need one. Plain words are better than jargon.',
  'The continuous integration job has a limit of ten minutes, so please do not add slow tests to it.',
  'Compare it with how the neighbouring module solves the same thing, and follow its conventions.',
];

const ANSWERS = [
  'I read the module and its tests. The cause is a boundary that was compared with the wrong operator; the fix is one line.',
  'The option now has its new name. The old one still works and prints a notice that says when it will be removed.',
  'Two files changed. All tests pass, and the linter is silent. I left the generated files as they were.',
  'The list below is ordered by how often each warning occurs. The first two come from the same outdated package.',
  'The query reads every row because its filter is applied after the join. An index on both columns would avoid that.',
  'I moved the arithmetic into its own file and added cases for the last day of February in common and in leap years.',
  'Here is a first version. It handles the empty list, one page, and many pages, and it stops when the cursor is missing.',
  'The three names say what has happened instead of what should happen next, which makes the consumers easier to read.',
];

const FOLLOW_UPS = [
  'Next I will run the whole suite once more and then look at the remaining two call sites.',
  'If you agree, I can apply the same change to the other packages in a second step.',
  'One question is left open: should the limit be configurable, or is a constant enough for now?',
  'Nothing else in the repository depends on the old behaviour, as far as the search shows.',
  'The change is covered by a test that fails without it.',
];

/** What the person or the agent asked for. */
export function promptText(variant: number): string {
  return `${textAt(TASKS, variant)} ${textAt(DETAILS, Math.floor(variant / 11))}`;
}

/** What the model answered, in pieces as a stream sends them. */
export function answerPieces(variant: number): string[] {
  return [textAt(ANSWERS, variant), ` ${textAt(FOLLOW_UPS, Math.floor(variant / 8))}`];
}

/** The step before this one, which an agent sends along. */
export function earlierText(variant: number): string {
  return textAt(ANSWERS, Math.floor(variant / 3));
}

function textAt(texts: readonly string[], number: number): string {
  return texts[number % texts.length] ?? '';
}

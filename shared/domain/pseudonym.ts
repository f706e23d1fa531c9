import { definedOnly } from './definedOnly.ts';
import { replaceEmails } from './emailAddress.ts';
import { identifierProblem, MAX_MODEL_ID_BYTES } from './identifier.ts';
import type { DirectoryUser } from './placement.ts';
import { copyOptionalUsage, UNATTRIBUTED, type Usage } from './usage.ts';

/**
 * The name under which a user is kept instead of the real one: always the same for the same user, and of no
 * use to whoever lacks the key. Case and the space around a name do not matter.
 */
export type PseudonymOf = (user: string) => string;

/**
 * A usage without the names of people: its user by pseudonym, and so any e-mail address in its other texts.
 * The request id is among these, so that a log that tells an address in its ids is still counted once.
 */
export function hideNames(usage: Usage, pseudonymOf: PseudonymOf): Usage {
  const hide = (text: string, maxBytes?: number) => hideEmails(text, pseudonymOf, maxBytes);
  const hidden: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    ...usage,
    requestId: hide(usage.requestId),
    modelId: hide(usage.modelId, MAX_MODEL_ID_BYTES),
    serviceTier: hide(usage.serviceTier),
    operation: hide(usage.operation),
  };
  const hideOptional = (text: string | undefined) => (text === undefined ? undefined : hide(text));
  copyOptionalUsage(
    {
      region: hideOptional(usage.region),
      errorCode: hideOptional(usage.errorCode),
      user: hideUser(usage.user, pseudonymOf),
      team: hideOptional(usage.team),
      project: hideOptional(usage.project),
      entrypoint: hideOptional(usage.entrypoint),
      department: hideOptional(usage.department),
      costCentre: hideOptional(usage.costCentre),
      repository: hideOptional(usage.repository),
      session: hideOptional(usage.session),
      priority: hideOptional(usage.priority),
      inferenceGeo: hideOptional(usage.inferenceGeo),
    },
    hidden,
  );
  return hidden;
}

/** A user of the directory as a ledger of pseudonyms keeps it, so that its requests find it. */
export function hideNamesOfUser(
  { user, placements }: DirectoryUser,
  pseudonymOf: PseudonymOf,
): DirectoryUser {
  const hide = (text: string | undefined) => (text === undefined ? undefined : hideEmails(text, pseudonymOf));
  return {
    user: hideUser(user, pseudonymOf) ?? UNATTRIBUTED,
    placements: placements.map(({ team, businessUnit, department, costCentre, lead, ...rest }) => ({
      ...rest,
      ...definedOnly({
        team: hide(team),
        businessUnit: hide(businessUnit),
        department: hide(department),
        costCentre: hide(costCentre),
        lead: hideUser(lead, pseudonymOf),
      }),
    })),
  };
}

/** A text with a pseudonym in the place of each e-mail address; one that grows too long becomes one itself. */
export function hideEmails(text: string, pseudonymOf: PseudonymOf, maxBytes?: number): string {
  const hidden = replaceEmails(text, pseudonymOf);
  return identifierProblem(hidden, maxBytes) === undefined ? hidden : pseudonymOf(text);
}

function hideUser(user: string | undefined, pseudonymOf: PseudonymOf): string | undefined {
  return user === undefined || user === UNATTRIBUTED ? user : pseudonymOf(user);
}

import { z } from 'zod';
import type { AlertPolicy, Contact } from '../../domain/alerts/alertPolicy.ts';
import { definedOnly } from '../../domain/definedOnly.ts';
import { section } from '../../pricing/strictShape.ts';
import { emailAddress, oneOrMore, slackChannel, slackMember } from './alertWords.ts';
import { checkScopeId } from './checkName.ts';
import type { Notes, Part } from './notes.ts';
import { childOf, entriesOf, parsePart } from './parts.ts';
import { identifier } from './words.ts';

export type Contacts = Pick<AlertPolicy, 'people' | 'teams' | 'businessUnits'>;

const anything = z.unknown().optional();
const contactsShape = section({ people: anything, teams: anything, businessUnits: anything });

const personShape = section({ email: emailAddress.optional(), slack: slackMember.optional() });

const unitFields = {
  lead: identifier.optional(),
  deputies: oneOrMore(identifier).default([]),
  managers: oneOrMore(identifier).default([]),
  email: emailAddress.optional(),
  slack: slackChannel.optional(),
};
const unitShape = section(unitFields);
const teamShape = section({ ...unitFields, businessUnit: identifier.optional() });

/** `contacts`: who answers for teams and units, and how people are reached. */
export function readContacts(part: Part, notes: Notes): Contacts {
  if (part.value !== undefined && part.value !== '') parsePart(contactsShape, part, notes);
  const at = (key: string) => childOf(part, key);
  return {
    people: readAll(at('people'), (person) => readPerson(person, notes), notes),
    teams: readAll(at('teams'), (team) => parsePart(teamShape, team, notes), notes),
    businessUnits: readAll(at('businessUnits'), (unit) => parsePart(unitShape, unit, notes), notes),
  };
}

type Written = z.infer<typeof teamShape>;

function readAll<T extends Written | Contact>(
  part: Part,
  read: (entry: Part) => T | undefined,
  notes: Notes,
): Record<string, { [K in keyof T]: Exclude<T[K], undefined> }> {
  const found = entriesOf(part, notes).flatMap(([id, entry]) => {
    checkScopeId(id, entry.path, notes);
    // This key is lost where objects are taken apart and put together again.
    if (id === '__proto__') notes.mistake(entry.path, '__proto__ cannot be a name here', 'key');
    const fields = read(entry);
    return fields === undefined ? [] : [[id, definedOnly(fields)] as const];
  });
  return Object.fromEntries(found);
}

function readPerson(part: Part, notes: Notes): Contact | undefined {
  const fields = parsePart(personShape, part, notes);
  if (fields === undefined) return undefined;
  if (fields.email === undefined && fields.slack === undefined) {
    notes.mistake(part.path, 'says how nobody is reached; give email, slack or both', 'key');
  }
  return definedOnly(fields);
}

/** Invented people of many places. Spelled in ASCII, because their e-mail addresses are user ids. */

export const FIRST_NAMES = [
  'ada amara anders aiko bashir bela camille chidi dalia devika elif emeka esther farid fatou gabriel grace',
  'hana henrik ines ivo jamal jun kavya kwame lena liam lucia marek mei nadia noor olga oscar priya rafael',
  'rosa samir sanna tariq tomas uma vera wanjiru yusuf zofia',
].flatMap((line) => line.split(' '));

export const LAST_NAMES = [
  'abara acosta almeida anand andersson bakker becker botha castillo chen cohen diallo dubois eriksen',
  'farouk fischer garcia haddad hassan ito ivanova jensen kaya keller kimani kovacs kowalski lindqvist',
  'mbeki mehta moreau murphy nakamura nguyen novak okafor oliveira park petrov rahman reyes rossi sato',
  'silva singh tanaka',
].flatMap((line) => line.split(' '));

/** Team ids with the business unit each belongs to, largest first in order of use. */
export const TEAMS = [
  ['platform', 'engineering'],
  ['payments', 'commerce'],
  ['mobile', 'engineering'],
  ['data-science', 'research'],
  ['checkout', 'commerce'],
  ['search', 'engineering'],
  ['identity', 'engineering'],
  ['logistics', 'operations'],
  ['pricing', 'commerce'],
  ['support-tools', 'operations'],
  ['security', 'engineering'],
  ['web', 'engineering'],
  ['recommendations', 'research'],
  ['fraud', 'commerce'],
  ['billing', 'commerce'],
  ['warehouse', 'operations'],
  ['analytics', 'research'],
  ['notifications', 'engineering'],
  ['partners', 'commerce'],
  ['internal-tools', 'operations'],
  ['observability', 'engineering'],
  ['machine-learning', 'research'],
  ['catalogue', 'commerce'],
  ['release', 'engineering'],
  ['localisation', 'operations'],
] as const;

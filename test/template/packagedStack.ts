import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type PackagedStack, packageStack, type Resource, type Template } from '../../infra/checkTemplate.ts';

/** Packaging takes seconds, and longer while other tests load the machine. */
export const PACKAGING_TIMEOUT_MS = 120_000;

/** The functions of the map, as serverless.yml names them. */
export const FUNCTIONS = [
  'ingestLogs',
  'rollUp',
  'evaluateBudgets',
  'sweepAlerts',
  'notify',
  'userCosts',
  'quoteCosts',
  'budgetSnapshot',
  'decisions',
  'leases',
  'budgetIncreases',
  'slackActions',
  'closePeriods',
  'reconcile',
  'archiveRecords',
];

/** Packages into a temporary folder, hands the result to `use`, and removes the folder. */
export async function withPackagedStack<Result>(
  params: Record<string, string>,
  use: (stack: PackagedStack) => Result,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'tollbook-template-test-'));
  try {
    return use(await packageStack(folder, { stage: 'dev', params }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The resource with this logical id; an error that names the id where there is none. */
export function resourceOf({ template }: PackagedStack, id: string): Resource {
  const resource = template.Resources[id];
  if (resource === undefined) throw new Error(`The template has no resource ${id}.`);
  return resource;
}

/** How the framework begins the logical ids of what it makes for a function. */
export function logicalName(functionName: string): string {
  return functionName.charAt(0).toUpperCase() + functionName.slice(1);
}

export function attribute(id: string, name: string): unknown {
  return { 'Fn::GetAtt': [id, name] };
}

export function resourcesOfType(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const statementSchema = z.object({ Effect: z.string(), Action: oneOrMore, Resource: z.unknown() });

export type Statement = z.infer<typeof statementSchema>;

/**
 * Every statement of every policy of the template, wherever it lies: whatever has an effect and actions is
 * one.
 */
export function statementsWithin(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(statementsWithin);
  const statement = statementSchema.safeParse(value);
  return statement.success ? [statement.data, ...inner] : inner;
}

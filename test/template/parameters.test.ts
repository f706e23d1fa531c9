import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PACKAGING_TIMEOUT_MS, resourcesOfType, withPackagedStack } from './packagedStack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const configuration = z
  .object({
    params: z.record(z.string(), z.record(z.string(), z.unknown())),
    functions: z.record(z.string(), z.object({ handler: z.string() })),
  })
  // The tags of CloudFormation are unknown to the parser, which warns of them and reads on.
  .parse(parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { logLevel: 'error' }));

const defaults = Object.keys(configuration.params.default ?? {});

interface Resolver {
  resolveVariable(name: string): Promise<string>;
}

const load = createRequire(import.meta.url);
const subscriptions: { events(resolver: Resolver): Promise<{ cloudwatchLog: { logGroup: string } }[]> } =
  load('../../infra/subscriptions.cjs');
const emailSubscriptions: { resources(resolver: Resolver): Promise<unknown> } = load(
  '../../infra/emailSubscriptions.cjs',
);

function resolverOf(variables: Record<string, string>): Resolver {
  return {
    resolveVariable: async (name) => variables[name] ?? expect.fail(`Nobody should ask for ${name}.`),
  };
}

async function logGroupsOf(list: string): Promise<string[]> {
  const events = await subscriptions.events(
    resolverOf({ 'self:service': 'tollbook', 'param:gatewayLogGroups': list }),
  );
  return events.map((event) => event.cloudwatchLog.logGroup);
}

describe('serverless.yml', () => {
  it.each(Object.entries(configuration.functions))('has the file of %s', (_name, { handler }) => {
    expect(handler).toMatch(/^functions\/\w+\.handler$/);
    expect(existsSync(join(ROOT, handler.replace(/\.handler$/, '.ts')))).toBe(true);
  });

  it('has a default for every parameter that it or infra asks for', () => {
    const files = readdirSync(join(ROOT, 'infra'), { withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = ['serverless.yml', ...files.map((file) => join('infra', file.name))].map((file) =>
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const asked = texts.flatMap((text) => [...text.matchAll(/param:(\w+)/g)].map(([, name]) => name));
    expect(asked).toContain('gatewayLogGroups');
    expect(new Set(asked)).toEqual(new Set(defaults));
  });

  it.each(['dev', 'prod'])('overrides in %s only what has a default', (stage) => {
    expect(defaults).toEqual(expect.arrayContaining(Object.keys(configuration.params[stage] ?? {})));
  });
});

describe('gatewayLogGroups', () => {
  it(
    'subscribes each of two log groups and lets each of them invoke, and no other',
    async () => {
      const template = await withPackagedStack(
        { gatewayLogGroups: '/gateway/litellm,/aws/bedrock/modelinvocations' },
        (stack) => stack.template,
      );
      const filters = resourcesOfType(template, 'AWS::Logs::SubscriptionFilter').map(
        ([, { Properties }]) => Properties,
      );
      expect(filters).toMatchObject([
        { LogGroupName: '/gateway/litellm', FilterName: 'tollbook-dev-ingest-1', FilterPattern: '' },
        {
          LogGroupName: '/aws/bedrock/modelinvocations',
          FilterName: 'tollbook-dev-ingest-2',
          FilterPattern: '',
        },
      ]);

      const callers = resourcesOfType(template, 'AWS::Lambda::Permission')
        .filter(([, { Properties }]) => JSON.stringify(Properties.Principal).includes('logs.'))
        .map(([, { Properties }]) => JSON.stringify(Properties.SourceArn));
      expect(callers).toEqual([
        expect.stringContaining('"log-group","/gateway/litellm","*"'),
        expect.stringContaining('"log-group","/aws/bedrock/modelinvocations","*"'),
      ]);

      const alarms = resourcesOfType(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) =>
        JSON.stringify(alarm),
      );
      expect(
        alarms.filter((alarm) => alarm.includes('DeliveryErrors) FROM \\"AWS/Logs\\" WHERE')),
      ).toHaveLength(2);
    },
    PACKAGING_TIMEOUT_MS,
  );

  it(
    'refuses a log group of the stack itself in one line when packaging',
    async () => {
      const packaging = withPackagedStack(
        { gatewayLogGroups: '/aws/bedrock/modelinvocations,/aws/lambda/tollbook-dev-ingestLogs' },
        (stack) => stack.template,
      );
      await expect(packaging).rejects.toThrow(
        /names "\/aws\/lambda\/tollbook-dev-ingestLogs", a log group of this service: it would read its own log without end\.$/,
      );
    },
    PACKAGING_TIMEOUT_MS,
  );

  it.each([
    ['one name', '/aws/bedrock/modelinvocations', ['/aws/bedrock/modelinvocations']],
    ['two names and the space around them', ' /a , b ', ['/a', 'b']],
    ['a comma too many', '/a,,b,', ['/a', 'b']],
    ['another service of a like name', '/aws/lambda/tollbooks-dev-x', ['/aws/lambda/tollbooks-dev-x']],
    ['every character that is allowed', '/Az09._-#', ['/Az09._-#']],
    ['a name of 512 characters', 'a'.repeat(512), ['a'.repeat(512)]],
  ])('takes %s', async (_what, list, names) => {
    expect(await logGroupsOf(list)).toEqual(names);
  });

  it.each([
    ['nothing', ' , ', 'names no log group'],
    ['a name twice', '/a,b,/a', 'names "/a" twice'],
    ['a log group of this stage', '/aws/lambda/tollbook-dev-rollUp', 'of this service'],
    ['a log group of another stage', '/aws/lambda/tollbook-prod-ingestLogs', 'of this service'],
    ['a pattern', '/gateway/*', 'no log group name'],
    ['a name with a quote', "/a'", 'no log group name'],
    ['a name of 513 characters', 'a'.repeat(513), 'no log group name'],
  ])('refuses %s', async (_what, list, reason) => {
    await expect(logGroupsOf(list)).rejects.toThrow(reason);
  });

  it.each([19, 20])('takes %i log groups', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `/gateway/${index}`);
    expect(await logGroupsOf(names.join(','))).toEqual(names);
  });

  it('refuses 21 log groups', async () => {
    const names = Array.from({ length: 21 }, (_, index) => `/gateway/${index}`);
    await expect(logGroupsOf(names.join(','))).rejects.toThrow('names more than 20 log groups');
  });
});

describe('alertEmail', () => {
  it('subscribes nobody when it is empty', async () => {
    expect(await emailSubscriptions.resources(resolverOf({ 'param:alertEmail': ' ' }))).toEqual({});
  });

  it.each(['ops', 'ops@', '@example.com', 'a b@example.com'])('refuses %s', async (address) => {
    await expect(emailSubscriptions.resources(resolverOf({ 'param:alertEmail': address }))).rejects.toThrow(
      `is "${address}", no e-mail address`,
    );
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { PackagedStack } from '../../infra/checkTemplate.ts';
import {
  attribute,
  FUNCTIONS,
  logicalName,
  PACKAGING_TIMEOUT_MS,
  resourceOf,
  resourcesOfType,
  type Statement,
  statementsWithin,
  withPackagedStack,
} from './packagedStack.ts';

let stack: PackagedStack;

beforeAll(async () => {
  stack = await withPackagedStack({}, (packaged) => packaged);
}, PACKAGING_TIMEOUT_MS);

describe('permissions', () => {
  const RECORDS = attribute('UsageRecords', 'Arn');
  const TOTALS = attribute('UsageTotals', 'Arn');
  const STREAM = {
    Action: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (name) => `dynamodb:${name}`,
    ),
    Resource: attribute('UsageTotals', 'StreamArn'),
  };
  const PUBLISH = { Action: ['sns:Publish'], Resource: { Ref: 'AlertTopic' } };
  const ownOf = (service: string, name: string) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${name}`,
  });
  const SECRETS = ['tollbook/*', 'aws/reference/secretsmanager/tollbook/*'].map((name) =>
    ownOf('ssm', `parameter/${name}`),
  );
  const REFERRED = ownOf('secretsmanager', 'secret:tollbook/*');
  const SENDERS = ownOf('ses', 'identity/*');
  const DELIVER = [
    { Action: ['ssm:GetParameter'], Resource: SECRETS },
    { Action: ['secretsmanager:GetSecretValue'], Resource: REFERRED },
    { Action: ['ses:SendEmail'], Resource: SENDERS },
    { Action: ['sns:Publish'], Resource: { Ref: 'ChatTopic' } },
  ];

  const ARCHIVED = { 'Fn::Join': ['/', [attribute('ArchiveBucket', 'Arn'), 'records/*']] };

  const onTable = (table: unknown, ...names: string[]) => ({
    Action: names.map((name) => `dynamodb:${name}`),
    Resource: table,
  });
  const sendTo = (queue: string) => ({ Action: ['sqs:SendMessage'], Resource: attribute(queue, 'Arn') });

  it.each([
    [
      'ingestLogs',
      [
        onTable(RECORDS, 'PutItem'),
        onTable(
          TOTALS,
          'Query',
          'BatchGetItem',
          'PutItem',
          'UpdateItem',
          'BatchWriteItem',
          'ConditionCheckItem',
        ),
        sendTo('IngestFailures'),
      ],
    ],
    ['rollUp', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem'), STREAM, sendTo('StreamFailures')]],
    [
      'evaluateBudgets',
      [
        onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
        PUBLISH,
        STREAM,
        sendTo('StreamFailures'),
      ],
    ],
    [
      'sweepAlerts',
      [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'), PUBLISH, ...DELIVER],
    ],
    ['notify', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'), ...DELIVER]],
    ['userCosts', [onTable(TOTALS, 'Query')]],
    ['quoteCosts', []],
    ['budgetSnapshot', [onTable(TOTALS, 'Query', 'BatchGetItem')]],
    ['decisions', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem')]],
    ['leases', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem')]],
    ['budgetIncreases', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem')]],
    ['slackActions', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem')]],
    ['closePeriods', [onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem')]],
    [
      'archiveRecords',
      [
        onTable(RECORDS, 'Query'),
        onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem'),
        {
          Action: ['s3:PutObject', 's3:GetObject'],
          Resource: ARCHIVED,
        },
      ],
    ],
    [
      'reconcile',
      [
        onTable(RECORDS, 'Query', 'BatchGetItem'),
        onTable(TOTALS, 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
      ],
    ],
  ])('let %s do its own work and write its own log, and no more', (name, own) => {
    const log = {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: {
        'Fn::Sub': expect.stringContaining(`:log-group:/aws/lambda/tollbook-dev-${name}:log-stream:`),
      },
    };
    const { Policies, ManagedPolicyArns } = resourceOf(stack, `${logicalName(name)}Role`).Properties;
    expect(statementsWithin(Policies)).toEqual([log, ...own].map((rule) => ({ Effect: 'Allow', ...rule })));
    expect(ManagedPolicyArns).toBeUndefined();
  });

  it(
    'let the functions that meet names read the key of pseudonyms where it is set, and no other parameter',
    async () => {
      const { template } = await withPackagedStack(
        { pseudonymKeyParameter: '/tollbook/pseudonym-key' },
        (packaged) => packaged,
      );
      const readers = resourcesOfType(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
        statementsWithin(Properties.Policies)
          .filter(({ Action }) => JSON.stringify(Action).includes('ssm:'))
          .filter(({ Resource }) => JSON.stringify(Resource) !== JSON.stringify(SECRETS))
          .map(({ Action, Resource }) => ({ id, Action, Resource })),
      );
      const right = {
        Action: ['ssm:GetParameter'],
        Resource: { 'Fn::Sub': expect.stringMatching(/:parameter\/tollbook\/pseudonym-key$/) },
      };
      expect(readers).toEqual([
        { id: 'IngestLogsRole', ...right },
        { id: 'UserCostsRole', ...right },
        { id: 'BudgetIncreasesRole', ...right },
        { id: 'DecisionsRole', ...right },
      ]);
    },
    PACKAGING_TIMEOUT_MS,
  );

  it('give every function a role that no other function has, and leave no role over', () => {
    const used = resourcesOfType(stack.template, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Role,
    );
    const roles = resourcesOfType(stack.template, 'AWS::IAM::Role').map(([id]) => attribute(id, 'Arn'));
    expect(used).toHaveLength(roles.length);
    expect(used).toEqual(expect.arrayContaining(roles));
  });

  it('hold no star but for log streams that Lambda names itself, objects of the archive, and what channels need', () => {
    const statements = statementsWithin(stack.template.Resources).filter(({ Effect }) => Effect === 'Allow');
    const withStar = (statement: Statement) =>
      JSON.stringify([statement.Action, statement.Resource])
        .replaceAll(':log-stream:*"', '"')
        .replace(JSON.stringify(ARCHIVED), '')
        .replace(JSON.stringify(SECRETS), '')
        .replace(JSON.stringify(REFERRED), '')
        .replace(JSON.stringify(SENDERS), '')
        .includes('*');
    expect(statements.length).toBeGreaterThan(FUNCTIONS.length);
    expect(statements.filter(withStar)).toEqual([]);
  });

  it('admit no caller of a function without saying which', () => {
    const permissions = resourcesOfType(stack.template, 'AWS::Lambda::Permission');
    expect(permissions).toHaveLength(14);
    for (const [, { Properties }] of permissions) expect(Properties.SourceArn).toBeDefined();
  });
});

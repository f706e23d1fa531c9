import { beforeAll, describe, expect, it } from 'vitest';
import { type Finding, type PackagedStack, validateTemplate } from '../../infra/checkTemplate.ts';
import {
  attribute,
  FUNCTIONS,
  logicalName,
  PACKAGING_TIMEOUT_MS,
  resourceOf,
  resourcesOfType,
  withPackagedStack,
} from './packagedStack.ts';

const ZIP_LIMIT_BYTES = 1_000_000;
const KEY_SCHEMA = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'sk', KeyType: 'RANGE' },
];

let stack: PackagedStack;
let findings: Finding[];

beforeAll(async () => {
  await withPackagedStack({ alertEmail: 'ops@example.com' }, (packaged) => {
    stack = packaged;
    findings = validateTemplate(packaged.templatePath);
  });
}, PACKAGING_TIMEOUT_MS);

describe('the compiled template', () => {
  it('gives the validator no cause to fail it', () => {
    expect(findings.filter((finding) => finding.isFailure)).toEqual([]);
  });

  it('holds the functions of the map and no other', () => {
    const names = resourcesOfType(stack.template, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.FunctionName,
    );
    expect(names.toSorted()).toEqual(FUNCTIONS.map((name) => `tollbook-dev-${name}`).toSorted());
  });

  it.each(FUNCTIONS)('runs %s on arm64 with JSON logs that are kept for a bounded time', (name) => {
    expect(resourceOf(stack, `${logicalName(name)}LambdaFunction`).Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(resourceOf(stack, `${logicalName(name)}LogGroup`).Properties).toMatchObject({
      LogGroupName: `/aws/lambda/tollbook-dev-${name}`,
      RetentionInDays: 14,
    });
  });

  it.each(FUNCTIONS)('packs %s into less than a megabyte', (name) => {
    const sizeBytes = stack.zipSizeBytes.get(name);
    expect(sizeBytes).toBeGreaterThan(0);
    expect(sizeBytes).toBeLessThan(ZIP_LIMIT_BYTES);
  });

  it.each([
    [
      'ingestLogs',
      ['LINE_RETENTION_DAYS', 'RECORD_RETENTION_DAYS', 'USAGE_RECORDS_TABLE', 'USAGE_TOTALS_TABLE'],
    ],
    ['rollUp', ['USAGE_TOTALS_TABLE']],
    ['evaluateBudgets', ['ALERT_TOPIC_ARN', 'USAGE_TOTALS_TABLE']],
    ['sweepAlerts', ['ALERT_TOPIC_ARN', 'USAGE_TOTALS_TABLE']],
    ['notify', ['USAGE_TOTALS_TABLE']],
    ['userCosts', ['USAGE_TOTALS_TABLE', 'USER_CLAIM']],
    ['budgetSnapshot', ['ROLE_CLAIM', 'USAGE_TOTALS_TABLE']],
    ['decisions', ['ROLE_CLAIM', 'USAGE_TOTALS_TABLE']],
    ['leases', ['ROLE_CLAIM', 'USAGE_TOTALS_TABLE']],
    ['quoteCosts', []],
    ['budgetIncreases', ['USAGE_TOTALS_TABLE', 'USER_CLAIM']],
    ['slackActions', ['USAGE_TOTALS_TABLE']],
    ['closePeriods', ['USAGE_TOTALS_TABLE', 'SEAL_DAY_AFTER_HOURS', 'SEAL_MONTH_ON_DAY']],
    [
      'archiveRecords',
      ['ARCHIVE_BUCKET', 'RECORD_RETENTION_DAYS', 'USAGE_RECORDS_TABLE', 'USAGE_TOTALS_TABLE'],
    ],
    [
      'reconcile',
      ['LINE_RETENTION_DAYS', 'RECORD_RETENTION_DAYS', 'USAGE_RECORDS_TABLE', 'USAGE_TOTALS_TABLE'],
    ],
  ])('gives %s its own environment and no more', (name, own) => {
    const { Environment } = resourceOf(stack, `${logicalName(name)}LambdaFunction`).Properties;
    const variables = Object.fromEntries(
      [...own, 'LOG_LEVEL', 'NODE_OPTIONS'].map((variable) => [variable, expect.anything()]),
    );
    expect(Environment).toEqual({ Variables: variables });
  });

  it('says where the ledger is', () => {
    expect(Object.keys(stack.template.Outputs)).toEqual(
      expect.arrayContaining([
        'AlertTopicArn',
        'ChatTopicArn',
        'HttpApiUrl',
        'UsageRecordsTable',
        'UsageTotalsTable',
      ]),
    );
  });
});

describe('what fails is kept', () => {
  it('sends a log batch to its queue after two more tries', () => {
    expect(resourceOf(stack, 'IngestLogsLambdaEvConf').Properties).toMatchObject({
      FunctionName: { Ref: 'IngestLogsLambdaFunction' },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: attribute('IngestFailures', 'Arn') } },
    });
  });

  it.each(['IngestFailures', 'StreamFailures'])('keeps %s encrypted for 14 days', (queue) => {
    expect(resourceOf(stack, queue).Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
      SqsManagedSseEnabled: true,
    });
  });

  it('takes the largest message into the queue of log batches', () => {
    expect(resourceOf(stack, 'IngestFailures').Properties.MaximumMessageSize).toBe(1_048_576);
  });

  it.each([
    ['IngestFailuresAlarm', 'ApproximateNumberOfMessagesVisible', 0],
    ['IngestDestinationAlarm', 'DestinationDeliveryFailures', 0],
    ['IngestErrorsAlarm', 'Errors', 0],
    ['RollUpLagAlarm', 'IteratorAge', 60_000],
    ['EvaluateBudgetsLagAlarm', 'IteratorAge', 60_000],
    ['StreamFailuresAlarm', 'ApproximateNumberOfMessagesVisible', 0],
    ['NotifyErrorsAlarm', 'Errors', 0],
    ['SweepAlertsErrorsAlarm', 'Errors', 0],
    ['NotifyFailedDeliveriesAlarm', 'FailedAlertDeliveries', 0],
    ['SweepAlertsFailedDeliveriesAlarm', 'FailedAlertDeliveries', 0],
    ['UnpricedRequestsAlarm', 'UnpricedRequests', 0],
    ['QuarantinedLinesAlarm', 'QuarantinedLines', 0],
    ['LedgerDriftAlarm', 'LedgerDrifts', 0],
    ['ReconcileErrorsAlarm', 'Errors', 0],
    ['ArchiveErrorsAlarm', 'Errors', 0],
    ['ArchiveMissingRecordsAlarm', 'ArchiveMissingRecords', 0],
    ['ExpiredUnarchivedDaysAlarm', 'ExpiredUnarchivedDays', 0],
  ])('rings %s when %s is over %i', (id, MetricName, Threshold) => {
    expect(resourceOf(stack, id).Properties).toMatchObject({
      MetricName,
      Threshold,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('rings every alarm on the operations topic, which alarms may publish to', () => {
    const alarms = resourcesOfType(stack.template, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(18);
    for (const [, { Properties }] of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: 'OpsTopic' }]);
    expect(resourceOf(stack, 'OpsTopic').Properties.KmsMasterKeyId).toBeUndefined();
    expect(resourceOf(stack, 'AlertTopic').Properties.KmsMasterKeyId).toBe('alias/aws/sns');
  });
});

describe('the stream of the totals', () => {
  it('has two consumers, as many as DynamoDB serves without throttling', () => {
    const consumers = resourcesOfType(stack.template, 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties }]) => Properties,
    );
    expect(consumers.map(({ FunctionName }) => FunctionName)).toEqual([
      attribute('RollUpLambdaFunction', 'Arn'),
      attribute('EvaluateBudgetsLambdaFunction', 'Arn'),
    ]);
    for (const { EventSourceArn } of consumers)
      expect(EventSourceArn).toEqual(attribute('UsageTotals', 'StreamArn'));
  });

  it.each([
    ['RollUp', ['LINE#'], [], 3],
    [
      'EvaluateBudgets',
      ['DAY#', 'MONTH#', 'LINE#', 'CURRENT'],
      [{ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: ['OUTBOX'] } } } }],
      undefined,
    ],
  ])('wakes %s for keys that begin with %j, and %j', (name, prefixes, more, windowSeconds) => {
    const { Properties } = resourceOf(stack, `${name}EventSourceMappingDynamodbUsageTotals`);
    expect(Properties.MaximumBatchingWindowInSeconds).toBe(windowSeconds);
    expect(Properties).toMatchObject({
      BatchSize: 1000,
      FilterCriteria: {
        Filters: [{ dynamodb: { Keys: { sk: { S: prefixes.map((prefix) => ({ prefix })) } } } }, ...more].map(
          (pattern) => ({ Pattern: JSON.stringify(pattern) }),
        ),
      },
    });
  });

  it.each(['RollUp', 'EvaluateBudgets'])(
    'lets %s fail a part of a batch, a bounded number of times',
    (name) => {
      expect(resourceOf(stack, `${name}EventSourceMappingDynamodbUsageTotals`).Properties).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        ParallelizationFactor: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        MaximumRecordAgeInSeconds: 21_600,
        DestinationConfig: { OnFailure: { Destination: attribute('StreamFailures', 'Arn') } },
      });
    },
  );
});

describe('the tables', () => {
  it.each([
    ['UsageRecords', 'tollbook-dev-usage-records'],
    ['UsageTotals', 'tollbook-dev-usage-totals'],
  ])('protect %s from loss and from strangers', (id, TableName) => {
    const table = resourceOf(stack, id);
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(table.Properties).toMatchObject({
      TableName,
      KeySchema: KEY_SCHEMA,
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
    expect(table.Properties.GlobalSecondaryIndexes).toBeUndefined();
  });

  it('stream the keys of the totals and nothing of the records', () => {
    expect(resourceOf(stack, 'UsageTotals').Properties.StreamSpecification).toEqual({
      StreamViewType: 'KEYS_ONLY',
    });
    expect(resourceOf(stack, 'UsageRecords').Properties.StreamSpecification).toBeUndefined();
  });
});

describe('the ways in and out', () => {
  it.each([
    ['GET /user/costs', 'HttpApiRouteGetUserCosts'],
    ['POST /costs/quote', 'HttpApiRoutePostCostsQuote'],
    ['GET /budgets/snapshot', 'HttpApiRouteGetBudgetsSnapshot'],
    ['GET /budgets/increases', 'HttpApiRouteGetBudgetsIncreases'],
    ['POST /decisions', 'HttpApiRoutePostDecisions'],
    ['POST /leases', 'HttpApiRoutePostLeases'],
  ])('answer %s to holders of a token only', (RouteKey, id) => {
    expect(resourceOf(stack, id).Properties).toMatchObject({
      RouteKey,
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'HttpApiAuthorizerUserJwt' },
    });
  });

  it('take what is pressed in Slack without a token, ten times a second at most', () => {
    const route = resourceOf(stack, 'HttpApiRoutePostSlackActions').Properties;
    expect(route).toMatchObject({ RouteKey: 'POST /slack/actions' });
    expect(route.AuthorizationType).toBeUndefined();
    const stage = resourceOf(stack, 'HttpApiStage');
    expect(stage.Properties.RouteSettings).toEqual({
      'POST /slack/actions': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
    expect(stage).toMatchObject({ DependsOn: ['HttpApiRoutePostSlackActions'] });
  });

  it('have no other route', () => {
    const routes = resourcesOfType(stack.template, 'AWS::ApiGatewayV2::Route');
    expect(routes).toHaveLength(10);
    const open = routes.filter(([, { Properties }]) => Properties.AuthorizationType !== 'JWT');
    expect(open.map(([id]) => id)).toEqual(['HttpApiRoutePostSlackActions']);
  });

  it.each([
    ['SweepAlertsEventsRuleSchedule1', 'rate(1 minute)'],
    ['ClosePeriodsEventsRuleSchedule1', 'rate(1 hour)'],
    ['EvaluateBudgetsEventsRuleSchedule1', 'rate(1 hour)'],
    ['ReconcileEventsRuleSchedule1', 'rate(1 day)'],
    ['ArchiveRecordsEventsRuleSchedule1', 'rate(1 day)'],
  ])('runs %s at %s', (id, ScheduleExpression) => {
    expect(resourceOf(stack, id).Properties).toMatchObject({ ScheduleExpression, State: 'ENABLED' });
  });

  it('closes periods once at a time', () => {
    expect(resourceOf(stack, 'ClosePeriodsLambdaFunction').Properties).toMatchObject({
      Timeout: 900,
      ReservedConcurrentExecutions: 1,
    });
  });

  it('delivers alerts to notify and to the address, and alarms to the address', () => {
    const subscriptions = resourcesOfType(stack.template, 'AWS::SNS::Subscription').map(
      ([, { Properties }]) => Properties,
    );
    expect(subscriptions).toEqual([
      expect.objectContaining({ Protocol: 'lambda', TopicArn: { Ref: 'AlertTopic' } }),
      { Protocol: 'email', Endpoint: 'ops@example.com', TopicArn: { Ref: 'AlertTopic' } },
      { Protocol: 'email', Endpoint: 'ops@example.com', TopicArn: { Ref: 'OpsTopic' } },
    ]);
  });
});

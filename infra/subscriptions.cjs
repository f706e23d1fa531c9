'use strict';

const { parameterError } = require('./parameterError.cjs');

/**
 * From the stage parameter `gatewayLogGroups` (names separated by commas): the trigger of ingestLogs for each
 * log group, the permission for CloudWatch Logs to invoke it from that log group only, and an alarm for lines
 * that were not delivered.
 */

const LOG_GROUP_NAME = /^[\w./#-]{1,512}$/;
const MAX_LOG_GROUPS = 20;

/** Logical ids that the framework gives to what it makes of `cloudwatchLog` events; `place` counts from 1. */
const filterId = (place) => `IngestLogsLogsSubscriptionFilterCloudWatchLog${place}`;
const FRAMEWORK_PERMISSION_ID = 'IngestLogsLambdaPermissionLogsSubscriptionFilterCloudWatchLog';
const permissionId = (place) =>
  place === 1 ? FRAMEWORK_PERMISSION_ID : `IngestLogsLogGroupPermission${place}`;

const refused = (problem) => parameterError('gatewayLogGroups', problem);

/** For `events:` of the function ingestLogs. */
async function events({ resolveVariable }) {
  const service = await resolveVariable('self:service');
  const logGroups = parseLogGroups(await resolveVariable('param:gatewayLogGroups'), service);
  return logGroups.map((logGroup) => ({ cloudwatchLog: { logGroup } }));
}

/** For `resources:` of the service. It reads the events above, so a wrong parameter is complained of once. */
async function resources({ resolveVariable, resolveConfigurationProperty }) {
  const prefix = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`;
  const triggers = await resolveConfigurationProperty(['functions', 'ingestLogs', 'events']);
  const entries = triggers.map((trigger, index) => ({ ...trigger.cloudwatchLog, place: index + 1 }));
  return {
    extensions: Object.fromEntries([
      // The framework makes a single permission, and for several log groups widens it to `<common prefix>*`.
      [FRAMEWORK_PERMISSION_ID, { Properties: { SourceArn: logGroupArn(entries[0].logGroup) } }],
      ...entries.map((entry) => [filterId(entry.place), filter(prefix, entry)]),
    ]),
    Resources: Object.fromEntries([
      ...entries.slice(1).map((entry) => [permissionId(entry.place), permission(entry)]),
      ...entries.map((entry) => [`LogDeliveryAlarm${entry.place}`, deliveryAlarm(entry)]),
    ]),
  };
}

/**
 * The names in their order, at least one.
 * Errors, each of one line: an empty list, too many, a name twice, a name CloudWatch Logs does not allow, and
 * a log group of this service: what ingestLogs logs would invoke ingestLogs again, without end.
 */
function parseLogGroups(list, service) {
  const names = String(list)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw refused('names no log group');
  if (names.length > MAX_LOG_GROUPS) throw refused(`names more than ${MAX_LOG_GROUPS} log groups`);
  const ownPrefix = `/aws/lambda/${service}-`;
  names.forEach((name, index) => {
    if (!LOG_GROUP_NAME.test(name)) throw refused(`holds "${name}", which is no log group name`);
    if (names.indexOf(name) !== index) throw refused(`names "${name}" twice`);
    if (name.startsWith(ownPrefix)) {
      throw refused(`names "${name}", a log group of this service: it would read its own log without end`);
    }
  });
  return names;
}

/**
 * The filter's name carries its place, so that two log groups which change places in the list have two
 * filters each for a moment; with one name for all, CloudFormation would end such an update by deleting the
 * filters it had just made.
 */
function filter(prefix, { place }) {
  // The framework has its own permission in DependsOn already; CloudFormation takes no name twice there.
  const dependsOn = place === 1 ? {} : { DependsOn: [permissionId(place)] };
  return { ...dependsOn, Properties: { FilterName: `${prefix}-ingest-${place}` } };
}

function permission({ logGroup }) {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': ['IngestLogsLambdaFunction', 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
      SourceArn: logGroupArn(logGroup),
    },
  };
}

/** The `:*` at the end is a part of a log group's ARN: CloudWatch Logs invokes with that form. */
function logGroupArn(logGroup) {
  const parts = ['arn', { Ref: 'AWS::Partition' }, 'logs', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }];
  return { 'Fn::Join': [':', [...parts, 'log-group', logGroup, '*']] };
}

/**
 * Lines that CloudWatch Logs could not deliver. It gives up at once on errors that a retry cannot mend, and
 * skips lines for up to ten minutes then. The metric also carries the dimension DestinationType, whose values
 * AWS does not document; an alarm on the metric would need them all, so this one asks by the log group alone.
 * Source: CloudWatch Logs user guide, "Subscriptions" and "CloudWatch Logs metrics and dimensions".
 */
function deliveryAlarm({ logGroup }) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: `ingestLogs was not given lines of ${logGroup}; backfill them from the log group.`,
      Metrics: [
        {
          Id: 'undelivered',
          Expression: `SELECT SUM(DeliveryErrors) FROM "AWS/Logs" WHERE LogGroupName = '${logGroup}'`,
          Period: 300,
          ReturnData: true,
        },
      ],
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'OpsTopic' }],
    },
  };
}

module.exports = { events, resources };

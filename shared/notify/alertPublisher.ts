import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Alert } from '../domain/alerts/alert.ts';
import { describeAlert } from '../domain/alerts/describeAlert.ts';
import { makeAlertMessage } from './alertMessage.ts';
import { alertText } from './alertText.ts';
import { headline } from './digest.ts';
import { cleanLine, cutTo } from './plainText.ts';

export interface AlertPublisher {
  publish(alert: Alert): Promise<void>;
}

/** SNS takes subjects of up to 100 printable ASCII characters. */
const MAX_SUBJECT_LENGTH = 100;
/**
 * Longest text in a message. With some forty texts in it, each character up to seven bytes, and the text for
 * people, it stays far below the 256 KiB that SNS takes.
 */
const MAX_TEXT_LENGTH = 500;
/** Ids are read back, so they are never cut: keys of the store have 1,024 bytes at most. */
const MAX_ID_LENGTH = 1_024;
const IDS = new Set(['alertId', 'thread']);

/**
 * Publishes alerts to a topic: JSON for programs, text for those who get e-mail, and attributes by which
 * subscriptions can filter.
 */
export function snsAlertPublisher(client: SNSClient, topicArn: string): AlertPublisher {
  return {
    async publish(alert) {
      const message = makeAlertMessage(alert);
      const notice = describeAlert(alert);
      const { severity, scope, scopeId, team, rule } = message;
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subjectOf(headline(notice)),
          MessageStructure: 'json',
          // `default` is what every protocol gets that is not named: Lambda, SQS, HTTPS.
          Message: JSON.stringify({ default: JSON.stringify(message, bounded), email: alertText(notice) }),
          MessageAttributes: {
            severity: attribute(severity),
            scope: attribute(scope),
            scopeId: attribute(scopeId),
            ...(team === undefined ? {} : { team: attribute(team) }),
            rule: attribute(rule),
          },
        }),
      );
    },
  };
}

function bounded(key: string, value: unknown): unknown {
  return typeof value === 'string' ? cutTo(value, IDS.has(key) ? MAX_ID_LENGTH : MAX_TEXT_LENGTH) : value;
}

function subjectOf(line: string): string {
  return cleanLine(line)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, MAX_SUBJECT_LENGTH);
}

function attribute(value: string) {
  return { DataType: 'String', StringValue: cutTo(value, MAX_TEXT_LENGTH) };
}

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Alert } from '../domain/alerts/alert.ts';
import { alertText, makeAlertMessage } from './alertMessage.ts';

export interface AlertPublisher {
  publish(alert: Alert): Promise<void>;
}

/** SNS takes subjects of up to 100 printable ASCII characters. */
const MAX_SUBJECT_LENGTH = 100;

/** Publishes alerts to a topic: JSON in the body, and attributes by which subscriptions can filter. */
export function snsAlertPublisher(client: SNSClient, topicArn: string): AlertPublisher {
  return {
    async publish(alert) {
      const message = makeAlertMessage(alert);
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subjectOf(alertText(message)),
          Message: JSON.stringify(message),
          MessageAttributes: {
            severity: text(message.severity),
            scope: text(message.scope),
            scopeId: text(message.scopeId),
            rule: text('budget'),
          },
        }),
      );
    },
  };
}

function subjectOf(wholeText: string): string {
  const firstLine = wholeText.split('\n', 1)[0] ?? '';
  return firstLine.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT_LENGTH);
}

function text(value: string) {
  return { DataType: 'String', StringValue: value };
}

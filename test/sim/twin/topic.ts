import { z } from 'zod';
import { type TwinFailure, TwinGap } from './failures.ts';
import { asWireRequest, operationOf, type WireHandler, wireResponse } from './requestHandler.ts';

/** What every protocol gets that has no text of its own. */
const texts = z.object({ default: z.string() });

/** The form field in which the SDK sends a message to SNS. */
const MESSAGE = 'Message';

/** An SNS topic that takes `Publish` over the SDK's protocol and hands every message on. */
export function topicHandler(publish: (message: string) => void): WireHandler {
  let published = 0;
  return {
    async handle(request) {
      if (operationOf(request) !== 'Publish') throw new TwinGap('the topic knows Publish only');
      const form = new URLSearchParams(asWireRequest(request).body);
      const message = form.get(MESSAGE);
      if (message === null) throw new TwinGap('a publication has a message');
      if (form.get('MessageStructure') !== 'json')
        throw new TwinGap('the topic knows texts by protocol only');
      published += 1;
      publish(texts.parse(JSON.parse(message)).default);
      const result = `<PublishResult><MessageId>message-${published}</MessageId></PublishResult>`;
      return { response: wireResponse(200, `<PublishResponse>${result}</PublishResponse>`) };
    },
  };
}

/** The answer of a topic to a publication that fails: SNS says it in XML. */
export function topicFailure({ status, type, message }: TwinFailure) {
  const error = `<Error><Type>Receiver</Type><Code>${type}</Code><Message>${message}</Message></Error>`;
  return { response: wireResponse(status, `<ErrorResponse>${error}</ErrorResponse>`) };
}

/** An event as SNS hands it to a function. */
export function snsEvent(message: string) {
  return { Records: [{ EventSource: 'aws:sns', Sns: { Type: 'Notification', Message: message } }] };
}

import { z } from 'zod';
import { alertMessageSchema, alertText } from '../shared/notify/alertMessage.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';

const eventSchema = z.object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })) });

/** The messages that a channel would send for these alerts, as a person reads them. */
export async function notify(event: unknown): Promise<{ messages: string[] }> {
  const { Records } = eventSchema.parse(event);
  return { messages: Records.map(({ Sns }) => alertText(alertMessageSchema.parse(JSON.parse(Sns.Message)))) };
}

/** Prints each message to the log: channels that send it come with their own settings and secrets. */
export const handler = makeHandler('notify', async (event) => {
  const { messages } = await notify(event);
  for (const message of messages) logger.info(message);
  return { messages };
});

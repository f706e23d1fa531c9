import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Takes what is published to a topic of somebody's own, such as one that Amazon Q Developer is subscribed to. */
export type ChatFolder = Readonly<{ keep(topicArn: string, message: string): void }>;

const OWNER_ONLY = 0o600;

/** Puts each message into the folder `chat` as text, under the name of its topic, for none leaves this machine. */
export function openChatFolder(dataDir: string): ChatFolder {
  const folder = join(dataDir, 'chat');
  return {
    keep(topicArn, message) {
      mkdirSync(folder, { recursive: true });
      const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.txt`;
      writeFileSync(join(folder, name), `Topic: ${topicArn}\n\n${readable(message)}\n`, { mode: OWNER_ONLY });
    },
  };
}

/** JSON with a line for each field; any other text as it is. */
function readable(message: string): string {
  try {
    return JSON.stringify(JSON.parse(message), null, 2);
  } catch {
    return message;
  }
}

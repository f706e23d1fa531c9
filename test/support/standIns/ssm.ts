import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { sendJson, serveStandIn } from './serve.ts';

export type SsmStandIn = {
  url: string;
  /** Name and value of each parameter; a test may change them. */
  parameters: Record<string, string>;
  /** Names in the order in which they were asked for. */
  reads: string[];
};

const requestSchema = z.object({ Name: z.string(), WithDecryption: z.literal(true) });

/** Stands in for `GetParameter` of SSM, decrypted. */
export async function startSsm(parameters: Readonly<Record<string, string>>): Promise<SsmStandIn> {
  const url = await serveStandIn(async (request, response) => {
    const { Name } = requestSchema.parse(await json(request));
    if (request.headers['x-amz-target'] !== 'AmazonSSM.GetParameter')
      return sendJson(response, 400, { __type: 'UnknownOperationException' });
    ssm.reads.push(Name);
    const Value = ssm.parameters[Name];
    if (Value === undefined) return sendJson(response, 400, { __type: 'ParameterNotFound' });
    sendJson(response, 200, { Parameter: { Name, Value, Type: 'SecureString' } });
  });
  const ssm: SsmStandIn = { url, parameters: { ...parameters }, reads: [] };
  return ssm;
}

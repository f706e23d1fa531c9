import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

type Definition = { environment?: Record<string, string>; iamRoleStatements: unknown[] };
type Plugin = { apply(): Promise<void> };

const SlackButtons: new (serverless: object) => Plugin = createRequire(import.meta.url)(
  '../../infra/slackButtons.cjs',
);

/** What the plugin makes of a function with this parameter, and of one that has no such variable. */
async function apply(name: string): Promise<{ buttons: Definition; other: Definition }> {
  const buttons = { environment: { SLACK_SIGNING_SECRET_NAME: name }, iamRoleStatements: [] };
  const other = { environment: { USAGE_TOTALS_TABLE: 'totals' }, iamRoleStatements: [] };
  const functions = new Map<string, Definition>([
    ['slackActions', buttons],
    ['notify', other],
    ['quoteCosts', { iamRoleStatements: [] }],
  ]);
  const service = {
    getAllFunctions: () => [...functions.keys()],
    getFunction: (functionName: string) => functions.get(functionName),
  };
  await new SlackButtons({ service }).apply();
  return { buttons, other };
}

const arn = (rest: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${rest}` });
const OWN = `\${AWS::Region}:\${AWS::AccountId}`;

describe('slackSigningSecret', () => {
  it.each([
    [
      'ssm:/tollbook/slack/signing',
      [['ssm:GetParameter', arn(`ssm:${OWN}:parameter/tollbook/slack/signing`)]],
    ],
    [
      ' secretsmanager:tollbook/signing ',
      [
        ['ssm:GetParameter', arn(`ssm:${OWN}:parameter/aws/reference/secretsmanager/tollbook/signing`)],
        ['secretsmanager:GetSecretValue', arn(`secretsmanager:${OWN}:secret:tollbook/signing-??????`)],
      ],
    ],
  ])('%s lets the function behind the buttons read that secret and no other', async (name, rights) => {
    const { buttons, other } = await apply(name);
    expect(buttons.environment).toEqual({ SLACK_SIGNING_SECRET_NAME: name.trim() });
    expect(buttons.iamRoleStatements).toEqual(
      rights.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
    );
    expect(other).toEqual({ environment: { USAGE_TOTALS_TABLE: 'totals' }, iamRoleStatements: [] });
  });

  it.each(['', '  '])('left empty (%j), there is neither variable nor right', async (name) => {
    const { buttons } = await apply(name);
    expect(buttons).toEqual({ environment: {}, iamRoleStatements: [] });
  });

  it.each(['8f742231b10e8888abcd99yyyzzz85a5', 'xoxb-1-2', 'https://hooks.slack.com/services/T0/B0/x'])(
    'is refused without being repeated when it is the secret itself: %s',
    async (secret) => {
      const refusal = await apply(secret).catch((error: unknown) => String(error));
      expect(refusal).toMatch(/^Error: The parameter slackSigningSecret is refused: /);
      expect(refusal).not.toContain(secret);
    },
  );
});

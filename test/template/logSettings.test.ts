import { describe, expect, it } from 'vitest';
import { PACKAGING_TIMEOUT_MS, resourceOf, withPackagedStack } from './packagedStack.ts';

async function variablesOf(functionId: string, params: Record<string, string>): Promise<unknown> {
  const stack = await withPackagedStack(params, (packaged) => packaged);
  return resourceOf(stack, functionId).Properties.Environment;
}

describe('the settings of logs', () => {
  it(
    'stand in the environment of ingestLogs where they are set',
    async () => {
      const environment = await variablesOf('IngestLogsLambdaFunction', {
        sourcePrecedence: 'litellm,bedrock',
        uncountedSources: 'claude-code',
        logGroupFormats: '/aws/kong=kong',
        pseudonymKeyParameter: '/tollbook/key',
      });
      expect(environment).toMatchObject({
        Variables: {
          SOURCE_PRECEDENCE: 'litellm,bedrock',
          UNCOUNTED_SOURCES: 'claude-code',
          LOG_GROUP_FORMATS: '/aws/kong=kong',
          PSEUDONYM_KEY_PARAMETER: '/tollbook/key',
        },
      });
    },
    PACKAGING_TIMEOUT_MS,
  );

  it(
    'are left out where they are not',
    async () => {
      const environment = await variablesOf('IngestLogsLambdaFunction', {});
      const names = /SOURCE_PRECEDENCE|UNCOUNTED_SOURCES|LOG_GROUP_FORMATS|PSEUDONYM_KEY/;
      expect(JSON.stringify(environment)).not.toMatch(names);
    },
    PACKAGING_TIMEOUT_MS,
  );

  it.each([
    ['sourcePrecedence', 'bedrok', 'is refused: "bedrok" is no source of usage; did you mean bedrock.'],
    ['uncountedSources', 'claude', 'is refused: "claude" is no source of usage'],
    ['logGroupFormats', '/aws/kong=kongg', 'is refused: "kongg" is no log format; did you mean kong.'],
    ['logGroupFormats', '/aws/kong', 'is refused: "/aws/kong" is not of the form log group=format.'],
    ['pseudonymKeyParameter', 'a key', 'is "a key", no name of a parameter of SSM.'],
  ])(
    'are refused when packaging: %s %s',
    async (parameter, value, problem) => {
      const packaging = withPackagedStack({ [parameter]: value }, (stack) => stack.template);
      await expect(packaging).rejects.toThrow(problem);
    },
    PACKAGING_TIMEOUT_MS,
  );
});

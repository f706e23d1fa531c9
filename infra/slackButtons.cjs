'use strict';

const { parameterError } = require('./parameterError.cjs');

/**
 * A local plugin of the Serverless Framework for the stage parameter `slackSigningSecret`, the name of the secret by
 * which Slack signs: it goes into the environment of the function behind Slack's buttons, with the right to read that
 * one secret. Without it the function has neither, and answers that there are no buttons.
 * It comes before rolePerFunction.cjs, which makes the roles of the statements that are there then.
 */
class SlackButtons {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { initialize: () => this.apply() };
  }

  async apply() {
    const { service } = this.serverless;
    for (const functionName of service.getAllFunctions()) {
      const { environment, iamRoleStatements } = service.getFunction(functionName);
      if (environment?.SLACK_SIGNING_SECRET_NAME === undefined) continue;
      const name = String(environment.SLACK_SIGNING_SECRET_NAME).trim();
      if (name === '') {
        delete environment.SLACK_SIGNING_SECRET_NAME;
        continue;
      }
      environment.SLACK_SIGNING_SECRET_NAME = name;
      iamRoleStatements.push(...(await rightsTo(name)));
    }
  }
}

/** The problem is told without the text: whoever put the secret itself here must not find it in a log. */
async function rightsTo(name) {
  const { secretNameProblem } = await import('../shared/domain/alerts/secretName.ts');
  const problem = secretNameProblem(name);
  if (problem !== undefined) throw parameterError('slackSigningSecret', `is refused: ${problem}`);
  const place = name.slice(name.indexOf(':') + 1);
  if (name.startsWith('ssm:')) return [mayRead('ssm:GetParameter', 'ssm', `parameter${place}`)];
  return [
    mayRead('ssm:GetParameter', 'ssm', `parameter/aws/reference/secretsmanager/${place}`),
    // Secrets Manager ends each ARN in six characters of its own; SSM hands on the right of whoever asks it.
    mayRead('secretsmanager:GetSecretValue', 'secretsmanager', `secret:${place}-??????`),
  ];
}

function mayRead(action, service, resource) {
  const arn = `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
  return { Effect: 'Allow', Action: action, Resource: { 'Fn::Sub': arn } };
}

module.exports = SlackButtons;

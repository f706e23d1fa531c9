'use strict';

const { parameterError } = require('./parameterError.cjs');

/**
 * A local plugin of the Serverless Framework for the stage parameters of what a company decides about its logs:
 * - `sourcePrecedence`, `uncountedSources`, `logGroupFormats`: lists with commas in the environment of ingestLogs,
 *   read here as they are read there, because a wrong one would keep every request from being counted.
 * - `pseudonymKeyParameter`: the name of the SSM parameter with the key of pseudonyms, for the functions that meet
 *   names, and the right to read that one parameter. Without it they have neither the right nor the variable.
 * It comes before rolePerFunction.cjs, which makes the roles of the statements that are there then.
 */
class LogSettings {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { initialize: () => this.apply() };
  }

  async apply() {
    const { service } = this.serverless;
    for (const name of service.getAllFunctions()) {
      const definition = service.getFunction(name);
      if (definition.environment === undefined) continue;
      await checkRules(definition.environment);
      allowKey(definition);
    }
  }
}

/** The stage parameter of each variable, which is also its name among the rules. */
const RULES = {
  SOURCE_PRECEDENCE: 'sourcePrecedence',
  UNCOUNTED_SOURCES: 'uncountedSources',
  LOG_GROUP_FORMATS: 'logGroupFormats',
};

async function checkRules(environment) {
  for (const [variable, parameter] of Object.entries(RULES)) {
    if (environment[variable] === undefined) continue;
    const text = String(environment[variable]).trim();
    if (text === '') {
      delete environment[variable];
      continue;
    }
    const { readLogRules } = await import('../shared/formats/logRules.ts');
    try {
      readLogRules({ [parameter]: text });
    } catch (error) {
      throw parameterError(parameter, `is refused: ${error.message.replace(/\?$/, '')}`);
    }
    environment[variable] = text;
  }
}

const PARAMETER_NAME = /^\/?[\w.-]+(?:\/[\w.-]+)*$/;

function allowKey({ environment, iamRoleStatements }) {
  if (environment.PSEUDONYM_KEY_PARAMETER === undefined) return;
  const name = String(environment.PSEUDONYM_KEY_PARAMETER).trim();
  if (name === '') {
    delete environment.PSEUDONYM_KEY_PARAMETER;
    return;
  }
  if (!PARAMETER_NAME.test(name)) {
    throw parameterError('pseudonymKeyParameter', `is "${name}", no name of a parameter of SSM`);
  }
  environment.PSEUDONYM_KEY_PARAMETER = name;
  const parameters = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter`;
  iamRoleStatements.push({
    Effect: 'Allow',
    Action: 'ssm:GetParameter',
    Resource: { 'Fn::Sub': `${parameters}/${name.replace(/^\//, '')}` },
  });
}

module.exports = LogSettings;

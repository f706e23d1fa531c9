'use strict';

const { existsSync } = require('node:fs');
const { isAbsolute, join, normalize } = require('node:path');
const { parameterError } = require('./parameterError.cjs');

/**
 * A local plugin of the Serverless Framework for two stage parameters, which stand in the environment of the
 * functions that price:
 * - `priceOverlay`, PRICE_OVERLAY: the company's own prices. The file is packed into the functions' zips and
 *   checked against the price book first, because a wrong one would keep every request from being priced.
 * - `resolveInferenceProfiles`, RESOLVE_INFERENCE_PROFILES: the right to look up the account's application
 *   inference profiles. Without it the function has neither the right nor the variable.
 * It comes before rolePerFunction.cjs, which makes the roles of the statements that are there then.
 */
class OwnPrices {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { initialize: () => this.apply() };
  }

  async apply() {
    const { service, serviceDir } = this.serverless;
    for (const name of service.getAllFunctions()) {
      const definition = service.getFunction(name);
      if (definition.environment === undefined) continue;
      await packPrices(definition, serviceDir);
      allowLookups(definition);
    }
  }
}

async function packPrices(definition, serviceDir) {
  const { environment } = definition;
  if (environment.PRICE_OVERLAY === undefined) return;
  const file = String(environment.PRICE_OVERLAY).trim();
  if (file === '') {
    delete environment.PRICE_OVERLAY;
    return;
  }
  await checkPrices(file, serviceDir);
  environment.PRICE_OVERLAY = file;
  const { patterns = [] } = definition.package ?? {};
  definition.package = { ...definition.package, patterns: [...patterns, file] };
}

/** Refuses a file that is not below the service's folder, and one that is no sound overlay of the price book. */
async function checkPrices(file, serviceDir) {
  if (isAbsolute(file) || normalize(file) !== file || file.startsWith('..')) {
    throw parameterError('priceOverlay', `is "${file}", no plain path below the folder of serverless.yml`);
  }
  // A name with signs that a pattern gives a meaning to would pack other files, or none.
  if (!/^[\w./-]+$/.test(file)) {
    throw parameterError('priceOverlay', `is "${file}"; use letters, digits, and . _ - / only`);
  }
  if (!existsSync(join(serviceDir, file))) {
    throw parameterError('priceOverlay', `is "${file}", and there is no such file`);
  }
  const { configuredPriceBook } = await import('../shared/pricing/configuredPriceBook.ts');
  try {
    configuredPriceBook(join(serviceDir, file));
  } catch (error) {
    throw parameterError('priceOverlay', `names a file that is refused: ${error.message}`);
  }
}

function allowLookups({ environment, iamRoleStatements }) {
  if (environment.RESOLVE_INFERENCE_PROFILES === undefined) return;
  switch (String(environment.RESOLVE_INFERENCE_PROFILES)) {
    case 'true':
      environment.RESOLVE_INFERENCE_PROFILES = 'true';
      iamRoleStatements.push(lookUpStatement());
      return;
    case 'false':
      delete environment.RESOLVE_INFERENCE_PROFILES;
      return;
    default:
      throw parameterError('resolveInferenceProfiles', 'is neither true nor false');
  }
}

/** Only application inference profiles, only of this account and region. */
function lookUpStatement() {
  const account = `arn:\${AWS::Partition}:bedrock:\${AWS::Region}:\${AWS::AccountId}`;
  return {
    Effect: 'Allow',
    Action: 'bedrock:GetInferenceProfile',
    Resource: { 'Fn::Sub': `${account}:application-inference-profile/*` },
  };
}

module.exports = OwnPrices;

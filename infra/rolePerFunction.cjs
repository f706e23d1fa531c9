'use strict';

/**
 * A local plugin of the Serverless Framework: it makes one execution role for each function, of the
 * statements written at the function under `iamRoleStatements` and the right to write the function's own log,
 * and nothing else. A function without `iamRoleStatements` is refused, so no function ever falls back to a
 * shared role.
 * Why not the published plugin: docs/decisions/0003-roles-per-function.md.
 */
class RolePerFunction {
  constructor(serverless) {
    this.serverless = serverless;
    serverless.configSchemaHandler.defineFunctionProperties('aws', {
      properties: { iamRoleStatements: { $ref: '#/definitions/awsIamPolicyStatements' } },
      required: ['iamRoleStatements'],
    });
    // By the first hook the configuration is resolved, merged and checked, and nothing is compiled yet.
    this.hooks = { initialize: () => this.addRoles() };
  }

  addRoles() {
    const { service } = this.serverless;
    const { naming } = this.serverless.getProvider('aws');
    for (const functionName of service.getAllFunctions()) {
      const definition = service.getFunction(functionName);
      const roleId = `${naming.getNormalizedFunctionName(functionName)}Role`;
      const logGroupName = naming.getLogGroupName(definition.name);
      service.resources.Resources[roleId] = role(logGroupName, definition.iamRoleStatements);
      // The framework makes its shared role only while some function names no role of its own.
      definition.role = roleId;
    }
  }
}

/** The role has no name of its own, so a changed role can be replaced while the old one is still in use. */
function role(logGroupName, statements) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [
        {
          PolicyName: 'own-statements',
          PolicyDocument: { Version: '2012-10-17', Statement: [ownLog(logGroupName), ...statements] },
        },
      ],
    },
  };
}

/**
 * Lambda names a log stream when it starts an instance, so the stream is the one part that no policy can
 * spell out.
 */
function ownLog(logGroupName) {
  const logGroup = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${logGroupName}`;
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::Sub': `${logGroup}:log-stream:*` },
  };
}

module.exports = RolePerFunction;

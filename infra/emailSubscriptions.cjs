'use strict';

const { parameterError } = require('./parameterError.cjs');

/**
 * For `resources:` of the service: the address in the stage parameter `alertEmail` on both topics, or
 * nothing when it is empty. SNS sends the address a link first, and delivers once somebody has followed it.
 */
async function resources({ resolveVariable }) {
  const address = String(await resolveVariable('param:alertEmail')).trim();
  if (address === '') return {};
  if (!/^[^\s@]+@[^\s@]+$/.test(address))
    throw parameterError('alertEmail', `is "${address}", no e-mail address`);
  return {
    Resources: {
      AlertEmail: subscription('AlertTopic', address),
      OpsEmail: subscription('OpsTopic', address),
    },
  };
}

function subscription(topicId, address) {
  return {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: topicId }, Protocol: 'email', Endpoint: address },
  };
}

module.exports = { resources };

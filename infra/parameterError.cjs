'use strict';

/**
 * A wrong stage parameter, said in one line. The framework prints an error's stack where it has one; this
 * error is for the person who set the parameter, to whom a place in this code says nothing.
 */
function parameterError(parameter, problem) {
  const error = new Error(`The parameter ${parameter} ${problem}.`);
  error.stack = error.message;
  return error;
}

module.exports = { parameterError };

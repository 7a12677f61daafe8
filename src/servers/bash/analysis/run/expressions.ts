/**
 * Conditions: nothing in them acts, but substitutions inside them do.
 * It exists because `[[ $(rm -rf ~) ]]` runs a command.
 * Invariant: every word of an expression is expanded once.
 */
import type { TestExpression } from 'unbash';
import type { Machine } from '../machine.js';
import { expandOne } from '../words/expand.js';
import { evaluated } from '../words/substitutions.js';

/** Both sides are arithmetic. */
const COMPARES = /^-(?:eq|ne|lt|le|gt|ge)$/;

export function tested(machine: Machine, expression: TestExpression): void {
  switch (expression.type) {
    case 'TestUnary':
      if (expression.operator === '-v') evaluated(machine, expandOne(machine, expression.operand).text);
      else expandOne(machine, expression.operand);
      return;
    case 'TestBinary': {
      const left = expandOne(machine, expression.left);
      const right = expandOne(machine, expression.right);
      if (!COMPARES.test(expression.operator)) return;
      evaluated(machine, left.text);
      evaluated(machine, right.text);
      return;
    }
    case 'TestLogical':
      for (const operand of expression.operands) tested(machine, operand);
      return;
    case 'TestNot':
      tested(machine, expression.operand);
      return;
    case 'TestGroup':
      tested(machine, expression.expression);
  }
}

/**
 * Conditions: nothing in them acts, but substitutions inside them do.
 * It exists because `[[ $(rm -rf ~) ]]` runs a command.
 * Invariant: every word of an expression is expanded once.
 */
import type { TestExpression } from 'unbash';
import type { Machine } from '../machine.js';
import { expandOne } from '../words/expand.js';

export function tested(machine: Machine, expression: TestExpression): void {
  switch (expression.type) {
    case 'TestUnary':
      expandOne(machine, expression.operand);
      return;
    case 'TestBinary':
      expandOne(machine, expression.left);
      expandOne(machine, expression.right);
      return;
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

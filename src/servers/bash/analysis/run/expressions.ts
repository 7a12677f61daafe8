/**
 * Conditions and arithmetic: nothing in them acts, but substitutions inside them do.
 * It exists because `[[ $(rm -rf ~) ]]` and `(( a[$(…)] ))` run commands.
 * Invariant: every word of an expression is expanded once.
 */
import type { ArithmeticExpression, TestExpression } from 'unbash';
import type { Machine } from '../machine.js';
import { UNKNOWN_STREAM } from '../stream.js';
import { expandOne } from '../words/expand.js';
import { isPlain } from '../words/scan.js';

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

export function arithmetic(machine: Machine, expression: ArithmeticExpression): void {
  switch (expression.type) {
    case 'ArithmeticBinary':
      arithmetic(machine, expression.left);
      arithmetic(machine, expression.right);
      return;
    case 'ArithmeticUnary':
      arithmetic(machine, expression.operand);
      return;
    case 'ArithmeticTernary':
      arithmetic(machine, expression.test);
      arithmetic(machine, expression.consequent);
      arithmetic(machine, expression.alternate);
      return;
    case 'ArithmeticGroup':
      arithmetic(machine, expression.expression);
      return;
    case 'ArithmeticCommandExpansion':
      if (expression.script) machine.run.script(machine, expression.script, UNKNOWN_STREAM);
      return;
    case 'ArithmeticWord':
      if (isPlain(expression.value)) return;
      expandOne(machine, {
        type: 'Word',
        text: expression.value,
        value: expression.value,
        pos: expression.pos,
        end: expression.end,
        parts: expression.parts,
      });
  }
}

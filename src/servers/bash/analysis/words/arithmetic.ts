/**
 * Arithmetic: nothing in it acts, but substitutions inside it and inside the values it names do.
 * It exists because `$(( $(rm -rf ~) ))`, `(( a[$(…)] ))` and `x='a[$(…)]'; ((x))` run commands.
 * Invariant: every word of an expression is expanded once.
 */
import type { ArithmeticExpression, Word } from 'unbash';
import type { Machine } from '../machine.js';
import { UNKNOWN_STREAM } from '../stream.js';
import type { Field } from './field.js';
import { isPlain } from './scan.js';
import { evaluated } from './substitutions.js';

type ExpandOne = (machine: Machine, word: Word) => Field;

export function arithmetic(machine: Machine, expression: ArithmeticExpression, expandOne: ExpandOne): void {
  switch (expression.type) {
    case 'ArithmeticBinary':
      arithmetic(machine, expression.left, expandOne);
      arithmetic(machine, expression.right, expandOne);
      return;
    case 'ArithmeticUnary':
      arithmetic(machine, expression.operand, expandOne);
      return;
    case 'ArithmeticTernary':
      arithmetic(machine, expression.test, expandOne);
      arithmetic(machine, expression.consequent, expandOne);
      arithmetic(machine, expression.alternate, expandOne);
      return;
    case 'ArithmeticGroup':
      arithmetic(machine, expression.expression, expandOne);
      return;
    case 'ArithmeticCommandExpansion':
      if (expression.script) machine.run.script(machine, expression.script, UNKNOWN_STREAM);
      return;
    case 'ArithmeticWord':
      if (isPlain(expression.value)) {
        if (machine.variables !== undefined) evaluated(machine, expression.value);
        return;
      }
      evaluated(
        machine,
        expandOne(machine, {
          type: 'Word',
          text: expression.value,
          value: expression.value,
          pos: expression.pos,
          end: expression.end,
          parts: expression.parts,
        }).text,
      );
  }
}

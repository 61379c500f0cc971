import { QueryFault, refuse } from '../fault.ts';
import { type Aggregate, type Binary, type Call, type Expr, type ExprType, typeOf } from './ast.ts';
import { SIGNATURES, type Signature } from './signatures.ts';

/**
 * Checks the types of all parts of a query, with the messages of Prometheus. Throws a `QueryFault` for the
 * first that is wrong, and for functions that the simulator does not know.
 */
export function check(expr: Expr): void {
  switch (expr.kind) {
    case 'number':
    case 'text':
    case 'selector':
    case 'range':
      return;
    case 'paren':
      check(expr.inner);
      return;
    case 'unary':
      check(expr.operand);
      checkUnary(typeIn(expr.operand));
      return;
    case 'binary':
      check(expr.left);
      check(expr.right);
      checkBinary(expr);
      return;
    case 'aggregate':
      checkAggregate(expr);
      return;
    case 'call':
      checkCall(expr);
      return;
    case 'subquery': {
      check(expr.inner);
      const type = typeIn(expr.inner);
      if (type !== 'instant vector') {
        throw wrong(`subquery is only allowed on instant vector, got ${type} instead`);
      }
      return;
    }
    default:
      expr satisfies never;
  }
}

/** The type of a query that has been checked. */
export function typeIn(expr: Expr): ExprType {
  return typeOf(expr, ({ name }) => signatureOf(name).result);
}

/** What a function takes and gives. Throws a `QueryFault` for those that the simulator does not know. */
export function signatureOf(name: string): Signature {
  return SIGNATURES.get(name) ?? refuse(`${name}()`);
}

function checkUnary(type: ExprType): void {
  if (type === 'scalar' || type === 'instant vector') return;
  const allowed = 'unary expression only allowed on expressions of type scalar or instant vector';
  throw wrong(`${allowed}, got "${type}"`);
}

function checkBinary({ operator, left, right, bool, matching }: Binary): void {
  const types = [typeIn(left), typeIn(right)];
  const isComparison = /^([=!]=|[<>]=?)$/.test(operator);
  if (isComparison && !bool && types.every((type) => type === 'scalar')) {
    throw wrong('comparisons between scalars must use BOOL modifier');
  }
  if (!types.every((type) => type === 'scalar' || type === 'instant vector')) {
    throw wrong('binary expression must contain only scalar and instant vector types');
  }
  if (types.every((type) => type === 'instant vector')) return;
  if (matching !== null && matching.labels.length > 0) {
    throw wrong('vector matching only allowed between instant vectors');
  }
  if (operator === 'and' || operator === 'or' || operator === 'unless') {
    throw wrong(`set operator "${operator}" not allowed in binary scalar expression`);
  }
}

function checkAggregate({ operator, parameter, operand }: Aggregate): void {
  check(operand);
  expectType('instant vector', operand, 'aggregation expression');
  if (parameter === null) return;
  check(parameter);
  expectType(operator === 'count_values' ? 'string' : 'scalar', parameter, 'aggregation parameter');
}

function checkCall({ name, args }: Call): void {
  const signature = signatureOf(name);
  const most = signature.args.length;
  const least = most - signature.optional;
  const count = (many: string) =>
    wrong(`expected ${many} argument(s) in call to "${name}", got ${args.length}`);
  if (signature.optional === 0 && args.length !== most) throw count(`${most}`);
  if (args.length < least) throw count(`at least ${least}`);
  if (args.length > most && !signature.repeated) throw count(`at most ${most}`);
  for (const [i, arg] of args.entries()) {
    check(arg);
    const type = signature.args[i] ?? signature.args.at(-1);
    if (type !== undefined) expectType(type, arg, `call to function "${name}"`);
  }
}

function expectType(expected: ExprType, expr: Expr, where: string): void {
  const type = typeIn(expr);
  if (type !== expected) throw wrong(`expected type ${expected} in ${where}, got ${type}`);
}

function wrong(message: string): QueryFault {
  return new QueryFault('bad_data', `parse error: ${message}`);
}

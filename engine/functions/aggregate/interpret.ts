// Loop bodies without generated code: the text of a body (loops.ts) read once into closures. It knows the few forms of JavaScript that
// bodies are written in: const, if, for, continue, assignments, operators of numbers and bigints, calls. Another form is an error at the
// first use of the body, in the tests that run every aggregate both ways.

import { invariant } from '../../../planner/errors/index.js';

/** Values of the names of a body: the loop sets those it gives (s, i, x0 …), the body its own. */
export type Names = unknown[];
export interface PlainBody {
  /** Index of a name among the values. */
  readonly place: (name: string) => number;
  readonly size: number;
  run(names: Names): void;
}

type Evaluate = (names: Names) => unknown;
/** True: `continue`. */
type Step = (names: Names) => boolean;

const TOKEN = /\s*(\d+n|\d+|[A-Za-z_]\w*|[-+*/|&^]=(?!=)|===|!==|<=|>=|\+\+|\|\||&&|>>|<<|[-+*/<>=!?:;,.(){}[\]|&^~])/y;
const GLOBALS: Readonly<Record<string, unknown>> = { BigInt, Math, NaN: Number.NaN };
/** Binary operators from the loosest to the tightest; numbers and bigints take the same ones. */
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['|'], ['^'], ['&'], ['===', '!=='], ['<', '>', '<=', '>='], ['<<', '>>'], ['+', '-'], ['*', '/']];

function operate(operator: string, a: number, b: number): unknown {
  switch (operator) {
    case '|': return a | b;
    case '^': return a ^ b;
    case '&': return a & b;
    case '===': return a === b;
    case '!==': return a !== b;
    case '<': return a < b;
    case '>': return a > b;
    case '<=': return a <= b;
    case '>=': return a >= b;
    case '<<': return a << b;
    case '>>': return a >> b;
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    default: throw new Error(`operator ${operator} in a loop body`);
  }
}

/** Reads a body. */
export function plainBody(text: string): PlainBody {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (const end = text.trimEnd().length; TOKEN.lastIndex < end;) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    invariant(match, `a loop body is read: ${text.slice(at)}`);
    tokens.push(match[1]!);
  }
  let at = 0;
  const places = new Map<string, number>();
  const place = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, places.size);
    return places.size - 1;
  };
  const next = (): string => tokens[at++] ?? '';
  const skip = (token: string): boolean => tokens[at] === token && ++at > 0;
  const expect = (token: string): void => { invariant(skip(token), `${token} in a loop body, not ${tokens[at]}: ${text}`); };

  function binary(level: number): Evaluate {
    if (level === LEVELS.length) return unary();
    let left = binary(level + 1);
    while (LEVELS[level]!.includes(tokens[at]!)) {
      const operator = next();
      const [a, b] = [left, binary(level + 1)];
      left = operator === '&&' ? (names) => a(names) && b(names) : operator === '||' ? (names) => a(names) || b(names)
        : (names) => operate(operator, a(names) as number, b(names) as number);
    }
    return left;
  }
  function unary(): Evaluate {
    if (skip('-')) { const value = unary(); return (names) => -(value(names) as number); }
    if (skip('!')) { const value = unary(); return (names) => !value(names); }
    return postfix();
  }
  function postfix(): Evaluate {
    let value = primary();
    /** Of a method: what it is called on. */
    let owner: Evaluate | undefined;
    for (;;) {
      const target = value;
      if (skip('[')) { const index = expression(); expect(']'); value = (names) => (target(names) as unknown[])[index(names) as number]; owner = undefined; }
      else if (skip('.')) { const name = next(); value = (names) => (target(names) as Record<string, unknown>)[name]; owner = target; }
      else if (skip('(')) {
        const args: Evaluate[] = [];
        while (!skip(')')) { args.push(expression()); skip(','); }
        const self = owner;
        value = (names) => Reflect.apply(target(names) as () => unknown, self?.(names), args.map((arg) => arg(names)));
        owner = undefined;
      } else return value;
    }
  }
  function primary(): Evaluate {
    const token = next();
    if (token === '(') { const value = expression(); expect(')'); return value; }
    if (/^\d/.test(token)) { const value = token.endsWith('n') ? BigInt(token.slice(0, -1)) : Number(token); return () => value; }
    if (token in GLOBALS) { const value = GLOBALS[token]; return () => value; }
    const index = place(token);
    return (names) => names[index];
  }
  function expression(): Evaluate {
    const test = binary(0);
    if (!skip('?')) return test;
    const yes = expression();
    expect(':');
    const no = expression();
    return (names) => test(names) ? yes(names) : no(names);
  }
  /** `name = e`, `S0[s] += e`, or an expression for its effect. */
  function assignment(): Step {
    const from = at;
    const index = place(next());
    const element = skip('[') ? expression() : undefined;
    if (element) expect(']');
    const operator = tokens[at] ?? '';
    if (!/^[-+*/|&^]?=$/.test(operator)) { at = from; const effect = expression(); return (names) => { effect(names); return false; }; }
    at++;
    const value = expression();
    const kind = operator.slice(0, -1);
    return (names) => {
      const given = value(names);
      if (element === undefined) { names[index] = kind === '' ? given : operate(kind, names[index] as number, given as number); return false; }
      const array = names[index] as unknown[];
      const i = element(names) as number;
      array[i] = kind === '' ? given : operate(kind, array[i] as number, given as number);
      return false;
    };
  }
  function statement(): Step {
    if (skip('{')) { const inner = block(); expect('}'); return inner; }
    if (skip(';')) return () => false;
    if (skip('continue')) { expect(';'); return () => true; }
    if (skip('if')) {
      expect('(');
      const test = expression();
      expect(')');
      const yes = statement();
      const no = skip('else') ? statement() : () => false;
      return (names) => test(names) ? yes(names) : no(names);
    }
    if (skip('for')) {
      expect('('); expect('let');
      const start = assignment();
      expect(';');
      const test = expression();
      expect(';');
      const counter = place(next());
      expect('++'); expect(')');
      const body = statement();
      return (names) => { for (start(names); test(names); names[counter] = names[counter] as number + 1) body(names); return false; };
    }
    skip('const');
    const steps = [assignment()];
    while (skip(',')) steps.push(assignment());
    if (tokens[at] !== '}' && at < tokens.length) expect(';');
    return sequence(steps);
  }
  function block(): Step {
    const steps: Step[] = [];
    while (at < tokens.length && tokens[at] !== '}') steps.push(statement());
    return sequence(steps);
  }
  const sequence = (steps: readonly Step[]): Step => (names) => { for (const step of steps) if (step(names)) return true; return false; };

  const body = block();
  invariant(at === tokens.length, `a loop body ends with its text: ${text}`);
  return { place, get size() { return places.size; }, run(names) { body(names); } };
}

// Trees of the parser as Spark SQL: what is printed reads back as the same tree, and prints the same again. Nothing of the text that was read is in it
// but what the tree holds. Queries of other dialects make the same trees; what has no form in Spark's grammar is not printed.

import type { Statement, UnresolvedPlan } from '../../tree.js';
import { OPENS_TYPE, tokenize } from '../lexer.js';
import { always, WithoutForm } from './names.js';
import { queryText } from './queries.js';
import { statementText } from './statements.js';

/** `otherwise`: what is given for one that holds something that no text makes, which is named. */
export const printStatement = (statement: Statement, otherwise: Otherwise = () => undefined): string | undefined => printed(() => statementText(statement), otherwise);
export const printQuery = (plan: UnresolvedPlan): string | undefined => printed(() => queryText(plan), () => undefined);

type Otherwise = (what: string) => string | undefined;
function printed(print: () => string, otherwise: Otherwise): string | undefined {
  try { return shifting(print()); } catch (error) {
    if (error instanceof WithoutForm) return otherwise(error.message);
    throw error;
  }
}

/** Behind the function array() the lexer reads no `>>`, unless its name is quoted. */
function shifting(text: string): string {
  if (!text.includes('>>')) return text;
  let out = '';
  let from = 0;
  const tokens = tokenize(text);
  tokens.forEach((t, i) => {
    if (!OPENS_TYPE.has(t.upper) || tokens[i + 1]!.text !== '(') return;
    out += text.slice(from, t.start) + always(t.text);
    from = t.stop;
  });
  return out + text.slice(from);
}

// Columns that nobody reads leave static plans, down to what is read of a source. Closures see whole rows: nothing below one is pruned.

import { pruneColumns } from '../../normalize/prune-columns.js';
import { isStreaming } from '../../plan/properties.js';
import type { Rule } from '../rule.js';

export const pruneColumnsRule: Rule = { name: 'prune-columns', apply: (plan) => isStreaming(plan) ? plan : pruneColumns(plan) };

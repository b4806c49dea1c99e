// Errors of types: coercion, arity, casts that no type allows, literals.

import { conditions } from './define.js';

export const typesConditions = conditions({
});

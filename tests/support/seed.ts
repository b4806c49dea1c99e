// Property tests run on one seed, so that a change is judged by itself; MILLRACE_SEED=random (or a number) looks elsewhere.

import * as fc from 'fast-check';

const given = process.env['MILLRACE_SEED'] ?? '4';
export const seed = given === 'random' ? Date.now() & 0x7fffffff : Number(given);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

// Errors of streaming plans, output modes, watermarks, state and checkpoints.

import { conditions } from './define.js';

export const streamingConditions = conditions({
});

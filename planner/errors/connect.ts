// Errors of sources, sinks, formats, options, sessions and the command line.

import { conditions } from './define.js';

export const connectConditions = conditions({
  NOT_SUPPORTED_YET: { sqlState: '0A000', message: '<feature> is not supported yet.' },
  UNKNOWN_OPTION: { sqlState: '42616', message: 'The format <format> has no option <option>.', hint: 'Its options are: <valid>.' },
  MISSING_OPTION: { sqlState: '42601', message: 'The format <format> needs the option <option>.', hint: '<option>: <doc>' },
  INVALID_OPTION_VALUE: { sqlState: '22023', message: 'The option <option> of the format <format> cannot be <value>.', hint: 'It takes <expected>.' },
});

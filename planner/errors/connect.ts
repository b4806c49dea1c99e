// Errors of sources, sinks, formats, options, sessions and the command line.

import { conditions } from './define.js';

export const connectConditions = conditions({
  DATA_SOURCE_NOT_FOUND: { sqlState: '42K02', message: 'There is no format <provider>.', hint: 'Formats are: <known>.' },
  CONFLICTING_OPTIONS: { sqlState: '42616', message: 'The options <options> of the format <format> exclude each other.' },
  CSV_HEADER_MISMATCH: { sqlState: '22023', message: 'The header of <path> is <header>; the schema has <schema>.', hint: 'Declare the columns in the order of the header, or set enforceSchema to true.' },
  'FAILED_READ_FILE.FILE_NOT_EXIST': { sqlState: 'KD001', message: 'The file <path> is gone, but a replay needs it.', hint: 'Put it back as it was, or start with a new checkpoint.' },
  'FAILED_READ_FILE.NO_HINT': { sqlState: 'KD001', message: 'The file <path> cannot be read.', hint: '<reason>' },
  FILE_CHANGED_AFTER_READ: { sqlState: 'KD001', message: 'The file <path> is not the one that was logged: it had <logged>, it has <found>.', hint: 'Files must be moved into the directory whole, and never changed. Put the old one back, or start with a new checkpoint.' },
  INVALID_OPTION_VALUE: { sqlState: '22023', message: 'The option <option> of the format <format> cannot be <value>.', hint: 'It takes <expected>.' },
  MISSING_OPTION: { sqlState: '42601', message: 'The format <format> needs the option <option>.', hint: '<option>: <doc>' },
  'INVALID_CONF_VALUE.REQUIREMENT': { sqlState: '22022', message: 'The setting <confName> cannot be <confValue>: <confRequirement>.' },
  NOT_SUPPORTED_YET: { sqlState: '0A000', message: '<feature> is not supported yet.' },
  PATH_ALREADY_EXISTS: { sqlState: '42K04', message: 'The path <outputPath> exists already.', hint: 'Use the mode append or overwrite.' },
  PATH_NOT_FOUND: { sqlState: '42K03', message: 'There is nothing at <path>.' },
  SCHEMA_REQUIRED: { sqlState: '42601', message: 'The format <format> needs a schema.', hint: 'Give one with schema(…), or columns in CREATE STREAM.' },
  SINK_FUNCTION_REQUIRED: { sqlState: '42601', message: 'The sink <format> needs a function or an object of the program.' },
  SOCKET_FAILED: { sqlState: '08001', message: 'The socket source cannot read <host>:<port>: <reason>.' },
  UNABLE_TO_INFER_SCHEMA: { sqlState: '42KD9', message: 'The schema of <format> cannot be inferred from the files.', hint: 'Give one with schema(…).' },
  OFFSETS_NOT_AVAILABLE: { sqlState: '55019', message: 'The source <source> has no rows after offset <after> any more; its first is <first>.', hint: 'Another query has read and dropped them.' },
  UNKNOWN_OPTION: { sqlState: '42616', message: 'The format <format> has no option <option>.', hint: 'Its options are: <valid>.' },
  UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE: { sqlState: '0A000', message: 'The format <format> does not hold the column <columnName> of type <columnType>.' },
  USER_FUNCTION_FAILED: { sqlState: '39000', message: 'The function given to <format> failed in epoch <epoch>: <reason>' },
});

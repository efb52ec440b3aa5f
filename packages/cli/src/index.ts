/** What documents and generators need of the command; the command itself is bin/run.js. */
export { configSchema } from './config/config.schema.js'
export { configErrors } from './config/errors.js'
export { cliErrors } from './errors.js'
export { EXIT_CODES, type ExitCode } from './exit-codes.js'
export { planFileSchema } from './planfile/planfile.schema.js'
export { pluginErrors } from './plugins/errors.js'

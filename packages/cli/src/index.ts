export { configErrors } from './config/errors.js'
export { cliErrors } from './errors.js'
export { configSchema } from './config/config.schema.js'
export { pluginErrors } from './plugins/errors.js'

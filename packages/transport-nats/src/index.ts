export { transportErrors } from './errors.js'

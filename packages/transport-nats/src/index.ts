export { transportErrors } from './errors.js'
export type { NatsTransportOptions } from './options.js'
export { natsTransport } from './provider.js'

export { storeNatsErrors } from './errors.js'
export { natsStore, type NatsStoreOptions } from './provider.js'

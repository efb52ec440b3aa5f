export { storeFileErrors } from './errors.js'
export { fileStore, type FileStoreOptions } from './provider.js'

export { catalogFileErrors } from './errors.js'
export { fileCatalog, type FileCatalogOptions } from './provider.js'

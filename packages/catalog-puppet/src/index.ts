export { catalogPuppetErrors } from './errors.js'
export { puppetCatalog, puppetCatalogOf } from './provider.js'
export { puppetCatalogOptions, type PuppetCatalogOptions } from './options.js'

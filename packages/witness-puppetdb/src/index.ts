export { puppetDbWitness, puppetDbWitnessOf } from './provider.js'
export { puppetDbWitnessOptions, type PuppetDbWitnessOptions } from './options.js'

export { lampSite } from './lamp-site.js'
export { randomSite, shuffledSite, type RandomSiteOptions } from './random-site.js'
export { integerBelow, seededRandom, shuffled } from './seeded-random.js'
export { site, type ComponentOptions, type SiteBuilder } from './site-builder.js'

export { puppetIdentityErrors } from './errors.js'
export { nodeSystem } from './node-system.js'
export type { SrvRecord, System } from './system.js'
export { splitPem } from './pem.js'
export { secret, type Secret } from './secret.js'
export { readChoriaConfig, type ChoriaConfig } from './choria-config/read.js'
export type { Setting, Settings } from './choria-config/parse.js'
export { booleanSetting, expandHome, pathSetting, portSetting } from './choria-config/values.js'
export { locateIdentity, type IdentityFiles, type IdentityOptions } from './locate.js'
export { loadIdentity, type Identity } from './load.js'
export {
  findServers,
  PUPPET_CA,
  PUPPET_SERVER,
  PUPPETDB,
  type FindServers,
  type Server,
  type Service,
} from './servers.js'

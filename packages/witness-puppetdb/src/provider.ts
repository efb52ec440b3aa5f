import type { Host, Provider, Witness } from '@choirmaster/core/provide'
import { examineServers, openAccess, PUPPETDB_PROBE } from '@choirmaster/puppet-client'
import { nodeSystem, PUPPETDB, type System } from '@choirmaster/puppet-identity'
import {
  DEFAULT_PATIENCE,
  DEFAULT_PAUSE,
  DEFAULT_TIMEOUT,
  puppetDbWitnessOptions,
  type PuppetDbWitnessOptions,
} from './options.js'
import { openWitness } from './witness.js'

async function open(options: PuppetDbWitnessOptions, host: Host, system: System): Promise<Witness> {
  const access = await openAccess(PUPPETDB, options, DEFAULT_TIMEOUT, host, system)
  const { pause = DEFAULT_PAUSE, patience = DEFAULT_PATIENCE } = options
  return openWitness({ access, host, pause: pause * 1000, patience: patience * 1000 })
}

/** The witness `puppetdb`: reports of runs. Opening it reads Choria's configuration and the operator's identity. */
export function puppetDbWitnessOf(
  system: () => System,
): Provider<'witness', PuppetDbWitnessOptions> {
  return {
    kind: 'witness',
    name: 'puppetdb',
    summary: 'reports of runs in PuppetDB',
    options: puppetDbWitnessOptions,
    open: (options, host) => open(options, host, system()),
    examine: (options, host, call) => examineServers(PUPPETDB_PROBE, options, host, system(), call),
  }
}

export const puppetDbWitness = puppetDbWitnessOf(nodeSystem)

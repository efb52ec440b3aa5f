import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Network, type NetworkOptions, up } from '../../lib/network.mjs'

/** The LAMP site's: dev1 has the databases, the others consume from it. */
export const NODES = ['dev1', 'dev2', 'dev3', 'dev4'].map((name) => `${name}.example.net`)
export const [DEV1, DEV2, DEV3, DEV4] = NODES as [string, string, string, string]

/** Seconds until a server gives a call of the agent up: the plugin's 20 would only make silence take longer. */
export const AGENT_TIMEOUT = 5

/** The tests' own network, of four nodes unless it is said otherwise. */
export function useNetwork(options: NetworkOptions): () => Network {
  let folder = ''
  let network: Network | undefined
  const current = (): Network => network as Network
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'choirmaster-lab-'))
    network = await up(join(folder, 'network'), {
      nodes: NODES,
      timeout: AGENT_TIMEOUT,
      ...options,
    })
  })
  afterAll(async () => {
    await network?.down()
    await rm(folder, { recursive: true, force: true })
  })
  return current
}

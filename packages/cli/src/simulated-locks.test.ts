import { memoryStore } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import type { ProviderChoice } from './config/providers.js'
import { fleetName, withFleetLocks } from './simulated-locks.js'

const CALL = { signal: new AbortController().signal }
const header = (run: string) => ({
  run,
  at: '',
  by: 'choria=a.mcollective',
  environment: 'e',
  nodes: 1,
})
const choice = (state?: string): ProviderChoice => ({
  kind: 'transport',
  name: 'simulator',
  options: state === undefined ? {} : { state },
  baseDir: '/site',
  place: '--transport',
  locate: () => '--transport',
})

const fleet = (state?: string): string => fleetName(choice(state))

describe('locks of a simulated fleet', () => {
  it('keep nobody from the real nodes, nor from those of another fleet', async () => {
    const store = memoryStore()
    await withFleetLocks(store, fleet()).lock(['db1'], header('rehearsal'), CALL)
    await withFleetLocks(store, fleet('fleet.json')).lock(['db1'], header('another'), CALL)
    await expect(store.lock(['db1'], header('real'), CALL)).resolves.toBeDefined()
  })

  it('keep two runs from the same fleet', async () => {
    const store = memoryStore()
    await withFleetLocks(store, fleet('fleet.json')).lock(['db1'], header('one'), CALL)
    const second = withFleetLocks(store, fleet('/site/fleet.json')).lock(
      ['db1'],
      header('two'),
      CALL,
    )
    await expect(second).rejects.toThrow('one')
  })
})

import {
  probeText,
  type Clock,
  type Journal,
  type Prober,
  type RunStore,
  type Transport,
  type Witness,
} from '@choirmaster/core'
import type { WireEntry } from '../../src/checker/judged.js'
import { quickTurn } from './quick-turn.js'

/** Writes down what passes through the ports of a run, in order, for the checker. */
export interface Recorder {
  readonly wire: readonly WireEntry[]
  transport(transport: Transport): Transport
  store(store: RunStore): RunStore
  probe(probe: Prober): Prober
  witness(witness: Witness): Witness
  interrupt(level: 'soft' | 'hard'): void
}

export function createRecorder(clock: Clock): Recorder {
  const wire: WireEntry[] = []

  const watch = (journal: Journal): Journal => ({
    ...journal,
    async append(events, at, call) {
      // A disk takes its time: who does not wait for it is seen to have been too early.
      await new Promise<void>((resolve) => quickTurn(resolve))
      try {
        await journal.append(events, at, call)
      } catch (error) {
        wire.push({ what: 'refused', at: clock.now() })
        throw error
      }
      wire.push({ what: 'durable', at: clock.now(), events })
    },
  })

  return {
    wire,
    interrupt: (level) => void wire.push({ what: 'interrupt', at: clock.now(), level }),
    transport: (transport) => ({
      ...transport,
      async *request(request, call) {
        const { action, data, nodes, changes } = request
        wire.push({ what: 'request', at: clock.now(), action, data, nodes, changes })
        yield* transport.request(request, call)
      },
    }),
    probe: (probe) => async (node, what, call) => {
      const note = (passed: boolean): void =>
        void wire.push({ what: 'check', at: clock.now(), node, check: probeText(what), passed })
      try {
        const probed = await probe(node, what, call)
        note(probed.passed)
        return probed
      } catch (error) {
        note(false)
        throw error
      }
    },
    witness: (witness) => ({
      ...witness,
      async sightings(call) {
        const told = await witness.sightings(call)
        for (const { node, run } of told) {
          // The simulated witness names a run by its node and the fleet's number of it.
          const number = Number(run.slice(node.length + 1))
          wire.push({ what: 'sighting', at: clock.now(), node, run: number })
        }
        return told
      },
    }),
    store: (store) => ({
      ...store,
      create: async (header, call) => watch(await store.create(header, call)),
      open: async (run, call) => watch(await store.open(run, call)),
    }),
  }
}

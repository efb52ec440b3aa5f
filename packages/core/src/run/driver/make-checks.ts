import { messageOf } from '../../errors/message-of.js'
import type { CheckedNode } from '../events.js'
import { probeText, type Probed } from '../policy/gate.js'
import { probesOf } from '../reduce/gate.js'
import type { Ports } from './perform.js'

/** The last try, which begins at the deadline, still has so much time: what it finds says more than that it is late. */
const LEAST_TRY_MS = 5_000

/** Makes the checks of each node's gate, each node for itself. Never rejects, and is over at the node's deadline. */
export function makeChecks(ports: Ports, nodes: readonly number[]): void {
  for (const node of nodes) {
    void checkNode(ports, node).then((checked) => {
      const at = ports.clock.now()
      ports.inbox.push({ heard: 'signal', signal: { type: 'checked', at, nodes: [checked] } })
    })
  }
}

async function checkNode(ports: Ports, node: number): Promise<CheckedNode> {
  const { state, clock, call } = ports
  const probes = probesOf(state, node)
  const deadline = Math.max(state.nodes[node]?.deadline ?? 0, clock.now() + LEAST_TRY_MS)
  const name = state.plan.nodes[node] as string
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, call.signal])
  const late = clock.sleepUntil(deadline, signal).then((): Probed => {
    return { passed: false, message: 'was not over in time' }
  })
  const given: Probed = { passed: false, message: 'given up' }
  try {
    for (const probe of probes) {
      const check = probeText(probe)
      const timeoutMs = Math.max(0, deadline - clock.now())
      // A prober that throws at once has failed like one that rejects: a check never ends the run's process.
      const made = (async () => ports.probe(name, probe, { signal, timeoutMs }))()
      const { passed, message } = await Promise.race([made, late]).catch((error: unknown) =>
        signal.aborted ? given : { passed: false, message: messageOf(error) },
      )
      if (!passed) return { node, passed, check, message }
    }
  } finally {
    over.abort()
    late.catch(() => undefined)
  }
  return { node, passed: true, check: probes.map(probeText).join(', '), message: 'passed' }
}

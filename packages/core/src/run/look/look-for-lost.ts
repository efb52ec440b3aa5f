import type { NodeStatus } from '../../providers/agent.js'
import type { LostChange } from '../events.js'
import { isDoubtful, lostChanges } from '../lost-changes.js'
import type { RunInput } from '../run-input.js'
import { START_MARGIN_MS } from '../reduce/start-by.js'
import type { NodeState, RunState } from '../state.js'
import { askAll } from './ask-all.js'

/** A silent node is asked again after this. */
const PAUSE_MS = 30_000

/**
 * A store that may have lost the end of the journal is not asked what was done, but the nodes: once nothing that the
 * process before sent can act any more (promises, S16, S18), and for as long as silence is borne. An interrupt ends the
 * asking; who had not answered by then is unknown.
 */
export async function lookForLost(
  state: RunState,
  {
    agent,
    clock,
    soft,
    hard,
    onWait,
  }: Pick<RunInput, 'agent' | 'clock' | 'soft' | 'hard' | 'onWait'>,
  mayAsk: () => Promise<boolean>,
): Promise<readonly LostChange[]> {
  const seen = new Map<number, NodeStatus>()
  const call = { signal: hard }
  // A hard one need not come after a soft one.
  const interrupt = AbortSignal.any([soft, hard])
  try {
    const settled = clock.now() + state.openFor + START_MARGIN_MS
    onWait?.({ why: 'maybe-lost', run: state.run, until: settled })
    await clock.sleepUntil(settled, hard)
    const until = clock.now() + state.options.limits.silence
    for (let open: readonly string[] = state.plan.nodes; ;) {
      const answers = await askAll((nodes) => agent.status(nodes, call), open, mayAsk)
      for (const [name, outcome] of answers) {
        const node = state.index.numberOf.get(name)
        if (outcome.ok && node !== undefined) seen.set(node, outcome.value)
      }
      open = state.nodes.filter((node) => !seen.has(node.n) && isDoubtful(node)).map(nameIn(state))
      if (open.length === 0 || interrupt.aborted || clock.now() >= until || !(await mayAsk())) break
      await clock.sleepUntil(clock.now() + PAUSE_MS, interrupt).catch(() => undefined)
    }
  } catch (error) {
    if (!hard.aborted) throw error
  }
  return lostChanges(state, seen, clock.now())
}

const nameIn =
  ({ plan }: RunState) =>
  ({ n }: NodeState): string =>
    plan.nodes[n] as string

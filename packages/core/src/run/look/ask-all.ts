import type { Outcome } from '../../providers/agent.js'
import type { Stream } from '../../providers/common.js'

/** A question that got lost is asked once more before a node counts as silent. */
const ASKED = 2

/**
 * Asks all nodes a question that changes nothing, and those whose answer got lost once more. Never throws.
 * @param mayAsk asked before each question: who slept, and was taken over meanwhile, asks nothing more (promises, S17)
 */
export async function askAll<T>(
  question: (nodes: readonly string[]) => Stream<Outcome<T>>,
  names: readonly string[],
  mayAsk: () => Promise<boolean>,
): Promise<Map<string, Outcome<T>>> {
  const answers = new Map<string, Outcome<T>>()
  let open = names
  for (let time = 0; time < ASKED && open.length > 0; time++) {
    try {
      if (!(await mayAsk())) throw new Error('another process took the run over')
      for await (const outcome of question(open)) answers.set(outcome.node, outcome)
    } catch (error) {
      // An agent that fails, or is told to stop, is silence here as it is later in the run.
      const message = error instanceof Error ? error.message : 'did not answer'
      const problem = { code: 'node-no-answer', message, silence: 'no-reply' } as const
      for (const node of open) {
        if (!answers.has(node)) answers.set(node, { node, ok: false, effect: 'none', problem })
      }
    }
    open = open.filter((name) => isLost(answers.get(name)))
  }
  return answers
}

/** Nobody being connected is an answer; no reply may be a lost message. */
function isLost(outcome: Outcome<unknown> | undefined): boolean {
  return outcome === undefined || (!outcome.ok && outcome.problem.silence === 'no-reply')
}

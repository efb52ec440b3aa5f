import type {
  Clock,
  Json,
  Milliseconds,
  NodeAgent,
  NodeStatus,
  Nodes,
  Outcome,
  Verdict,
} from '@choirmaster/core'

/** What an engine that does not look believes of a node: its own last request. */
type Belief = { readonly enabled: boolean; readonly message?: string }

const GOOD: NodeStatus = { enabled: true, applying: false, lastRun: 1, now: 2, daemon: false }

async function* each<T, U>(
  stream: AsyncIterable<Outcome<T>>,
  change: (outcome: Outcome<T>) => Outcome<U>,
): AsyncGenerator<Outcome<U>> {
  for await (const outcome of stream) yield change(outcome)
}

/** Changes what the nodes say of themselves. */
function statusAs(
  agent: NodeAgent,
  change: (outcome: Outcome<NodeStatus>) => Outcome<NodeStatus>,
): NodeAgent {
  return { ...agent, status: (nodes, call) => each(agent.status(nodes, call), change) }
}

/** Silence is taken for consent: of a status, of a change, of a run. */
export function silenceIsFine(agent: NodeAgent): NodeAgent {
  const beliefs = new Map<string, Belief>()
  const statuses = new Map<string, NodeStatus>()
  const fine = <T>(outcome: Outcome<T>, value: T): Outcome<T> =>
    !outcome.ok && outcome.problem.silence !== undefined
      ? { node: outcome.node, ok: true, value }
      : outcome
  const believe = (nodes: Nodes, belief: Belief): void => {
    for (const node of nodes) beliefs.set(node, belief)
  }
  return {
    ...agent,
    status: (nodes, call) =>
      each(agent.status(nodes, call), (outcome) => {
        if (outcome.ok) statuses.set(outcome.node, outcome.value)
        const last = statuses.get(outcome.node) ?? GOOD
        return fine(outcome, { ...last, ...beliefs.get(outcome.node) })
      }),
    disable(nodes, message, call) {
      believe(nodes, { enabled: false, message })
      return each(agent.disable(nodes, message, call), (outcome) => fine(outcome, null))
    },
    enable(nodes, onlyIf, call) {
      believe(nodes, { enabled: true })
      return each(agent.enable(nodes, onlyIf, call), (outcome) => fine(outcome, null))
    },
    progress: (attempt, latest, elapsed) => {
      const seen = agent.progress(attempt, latest, elapsed)
      return seen === 'not-started' || seen === 'clock' ? 'ended' : seen
    },
    evidence: (nodes, call) =>
      each(agent.evidence(nodes, call), (outcome) => fine(outcome, { witness: '', facts: null })),
    judge: (attempt, settled, evidence) =>
      evidence.some(({ witness }) => witness === '')
        ? verdict('changed')
        : agent.judge(attempt, settled, evidence),
  }
}

/** What was sent is taken for done: no status is believed against it. */
export function requestsAreDeeds(agent: NodeAgent): NodeAgent {
  const beliefs = new Map<string, Belief>()
  const believing = statusAs(agent, (outcome) => {
    const belief = beliefs.get(outcome.node)
    if (!outcome.ok || belief === undefined) return outcome
    const { message: _, ...status } = outcome.value
    return { ...outcome, value: { ...status, ...belief } }
  })
  return {
    ...believing,
    disable(nodes, message, call) {
      for (const node of nodes) beliefs.set(node, { enabled: false, message })
      return agent.disable(nodes, message, call)
    },
    enable(nodes, onlyIf, call) {
      for (const node of nodes) beliefs.set(node, { enabled: true })
      return agent.enable(nodes, onlyIf, call)
    },
  }
}

/** Every lock is taken for ours, and one that is there before we came for none. */
export function everyLockIsOurs(agent: NodeAgent): NodeAgent {
  let ours: string | undefined
  const taking = statusAs(agent, (outcome) => {
    if (!outcome.ok || outcome.value.enabled) return outcome
    const { message: _, ...status } = outcome.value
    const value = ours === undefined ? { ...status, enabled: true } : { ...status, message: ours }
    return { ...outcome, value }
  })
  return {
    ...taking,
    disable(nodes, message, call) {
      ours = message
      return agent.disable(nodes, message, call)
    },
  }
}

/** The first trial of `enable` is left out: it is said to have been made. */
export function withoutTrial(agent: NodeAgent): NodeAgent {
  let pretending: 'not yet' | 'enabled' | 'over' = 'not yet'
  const pretended = (nodes: Nodes): AsyncGenerator<Outcome<null>> =>
    each(streamOf(nodes), (outcome) => outcome)
  const lying = statusAs(agent, (outcome) => {
    if (!outcome.ok || pretending !== 'enabled') return outcome
    const { message: _, ...status } = outcome.value
    return { ...outcome, value: { ...status, enabled: true } }
  })
  return {
    ...lying,
    disable(nodes, message, call) {
      if (pretending !== 'enabled') return agent.disable(nodes, message, call)
      pretending = 'over'
      return pretended(nodes)
    },
    enable(nodes, onlyIf, call) {
      if (pretending !== 'not yet') return agent.enable(nodes, onlyIf, call)
      pretending = 'enabled'
      return pretended(nodes)
    },
  }
}

/** Whatever came of the trial of `enable`, the node is taken to have said that it went well. */
export function believesTheTrial(agent: NodeAgent): NodeAgent {
  let tried = false
  return {
    ...agent,
    enable(nodes, onlyIf, call) {
      const answers = agent.enable(nodes, onlyIf, call)
      if (tried) return answers
      tried = true
      return each(answers, ({ node }) => ({ node, ok: true, value: null }))
    },
  }
}

async function* streamOf(nodes: Nodes): AsyncGenerator<Outcome<null>> {
  for (const node of nodes) yield { node, ok: true, value: null }
}

/** Hears all answers and heeds none. */
export async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  const answers = stream[Symbol.asyncIterator]()
  while (!(await answers.next()).done);
}

/** A run that is seen to go on is taken for over, and for failed. */
export function impatient(agent: NodeAgent): NodeAgent {
  const idle = statusAs(agent, (outcome) =>
    outcome.ok ? { ...outcome, value: { ...outcome.value, applying: false } } : outcome,
  )
  return {
    ...idle,
    progress: (attempt, latest, elapsed) => {
      const seen = agent.progress(attempt, latest, elapsed)
      return seen === 'not-started' ? 'ended' : seen
    },
    judge: () => verdict('failed'),
  }
}

/** Nodes are enabled, or asked to run, so much later than that was decided. */
export function dawdling(
  agent: NodeAgent,
  clock: Clock,
  { enable = 0, run = 0 }: { readonly enable?: Milliseconds; readonly run?: Milliseconds },
): NodeAgent {
  const dawdle = async (ms: Milliseconds): Promise<void> => {
    if (ms > 0) await clock.sleepUntil(clock.now() + ms, new AbortController().signal)
  }
  // Nor does it ask whether what it was slow with may still leave.
  const { signal } = new AbortController()
  return {
    ...agent,
    async *enable(nodes, onlyIf) {
      await dawdle(enable)
      yield* agent.enable(nodes, onlyIf, { signal })
    },
    async *requestRun(nodes, options) {
      await dawdle(run)
      yield* agent.requestRun(nodes, options, { signal })
    },
  }
}

/** Once it was judged a node is not enabled any more; it is said to be silent. */
export function neverReleases(agent: NodeAgent): NodeAgent {
  const judged = new Set<string>()
  const problem = { code: 'node-silent', message: 'no answer', silence: 'no-reply' } as const
  return {
    ...agent,
    requestRun(nodes, options, call) {
      for (const node of nodes) judged.delete(node)
      return agent.requestRun(nodes, options, call)
    },
    evidence: (nodes, call) =>
      each(agent.evidence(nodes, call), (outcome) => {
        judged.add(outcome.node)
        return outcome
      }),
    async *enable(nodes, onlyIf, call) {
      const asked = nodes.filter((node) => !judged.has(node))
      if (asked.length > 0) yield* agent.enable(asked, onlyIf, call)
      for (const node of nodes) {
        if (judged.has(node)) yield { node, ok: false, effect: 'maybe', problem }
      }
    },
  }
}

/** Each run is asked for twice. */
export function runsTwice(agent: NodeAgent): NodeAgent {
  return {
    ...agent,
    async *requestRun(nodes, options, call) {
      yield* agent.requestRun(nodes, options, call)
      await drain(agent.requestRun(nodes, options, call))
    },
  }
}

/** What was asked to run is disabled, and enabled again, at once: its run may still be loading. */
export function restless(agent: NodeAgent): NodeAgent {
  let ours = ''
  return {
    ...agent,
    disable(nodes, message, call) {
      ours = message
      return agent.disable(nodes, message, call)
    },
    async *requestRun(nodes, options, call) {
      yield* agent.requestRun(nodes, options, call)
      const { signal } = call
      await drain(agent.disable(nodes, ours, { signal }))
      await drain(agent.enable(nodes, ours, { signal }))
    },
  }
}

export function verdict(result: Verdict['result'], evidence: Verdict['evidence'] = {}): Verdict {
  return { result, code: 'believed', reason: 'it is believed', warnings: [], evidence }
}

/** Judges by one number of the evidence, as the agent names it. */
export function judgedBy(
  agent: NodeAgent,
  good: (facts: Readonly<Record<string, Json>>) => boolean,
): NodeAgent {
  return {
    ...agent,
    judge(_attempt, _settled, evidence) {
      const facts = (evidence.at(-1)?.facts ?? {}) as Readonly<Record<string, Json>>
      if (!good(facts)) return verdict('failed')
      return verdict(Number(facts['changed'] ?? 0) > 0 ? 'changed' : 'unchanged')
    },
  }
}

/** Turns one verdict of the agent's into another. */
export function insteadOf(agent: NodeAgent, change: (verdict: Verdict) => Verdict): NodeAgent {
  return { ...agent, judge: (...about) => change(agent.judge(...about)) }
}

/** Tells of each node that is silent when its status is asked, once. */
export function onSilence(agent: NodeAgent, tell: () => void): NodeAgent {
  const silent = new Set<string>()
  return statusAs(agent, (outcome) => {
    if (!outcome.ok && !silent.has(outcome.node)) {
      silent.add(outcome.node)
      tell()
    }
    return outcome
  })
}

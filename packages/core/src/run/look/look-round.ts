import type {
  Evidence,
  Finding,
  Look,
  NodeAgent,
  NodeStatus,
  Outcome,
  Permissions,
} from '../../providers/agent.js'
import type { Call } from '../../providers/common.js'
import type { LookedNode, Readiness } from '../events.js'
import type { RunId } from '../../providers/store.js'
import { isAdopted } from '../adopt.js'
import { runOfLockText } from '../lock-text.js'
import type { EngineOptions } from '../options.js'
import type { RunPlan } from '../run-plan.js'
import { askAll } from './ask-all.js'

/** Codes of findings that sort a node; see `Finding` in providers/agent.ts. */
const NOT_PROVABLE = 'look-not-provable'
const FAILING = 'look-failing'

/** Nodes are looked at, and told of, this many at a time: a record of the journal stays small. */
const CHUNK = 1_000
/**
 * Chunks that are looked at together: one after the other, 10,000 nodes took 25 s of answers that were all under way
 * within two. More at once would only queue at the broker.
 */
const CHUNKS_AT_ONCE = 10

interface LookInput {
  readonly agent: NodeAgent
  readonly plan: RunPlan
  readonly options: EngineOptions
  /** The runs whose nodes are taken over: what they disabled is ours. */
  readonly adopts: readonly RunId[]
  /** What others than the nodes have against them, by name. */
  readonly known?: ReadonlyMap<string, Finding>
  readonly call: Call
  /** Asked before each question: who slept, and was taken over meanwhile, asks nothing more (promises, S17). */
  mayAsk(): Promise<boolean>
}

/**
 * The read-only round: status of every node, then, of those that answered, what the last run left and what we may
 * do. Nothing that it sends changes anything.
 */
export async function* lookRound(input: LookInput): AsyncGenerator<readonly LookedNode[]> {
  const { plan } = input
  const under: Promise<readonly LookedNode[]>[] = []
  for (let from = 0; from < plan.nodes.length; from += CHUNK) {
    if (under.length === CHUNKS_AT_ONCE) yield await (under.shift() as (typeof under)[number])
    const looked = lookAt(input, from)
    // Whoever awaits it is told of its error; if nobody does any more, nobody need be.
    looked.catch(() => undefined)
    under.push(looked)
  }
  for (const looked of under) yield await looked
}

async function lookAt(input: LookInput, from: number): Promise<readonly LookedNode[]> {
  const { agent, plan, options, adopts, known, call, mayAsk } = input
  const names = plan.nodes.slice(from, from + CHUNK)
  const statuses = await askAll((nodes) => agent.status(nodes, call), names, mayAsk)
  const speaking = names.filter((name) => statuses.get(name)?.ok === true)
  const permissions = agent.permissions?.bind(agent)
  const [evidence, allowed] = await Promise.all([
    askAll((nodes) => agent.evidence(nodes, call), speaking, mayAsk),
    permissions === undefined
      ? new Map<string, Outcome<Permissions>>()
      : askAll((nodes) => permissions(nodes, call), speaking, mayAsk),
  ])
  return names.map((name, i) => {
    const against = known?.get(name)
    const assess = (look: Look): readonly Finding[] => [
      ...agent.assess(look, options.run, plan.environment),
      ...(against === undefined ? [] : [against]),
    ]
    const n = from + i
    return sort(assess, adopts, n, statuses.get(name), evidence.get(name), allowed.get(name))
  })
}

function sort(
  assess: (look: Look) => readonly Finding[],
  adopts: readonly RunId[],
  node: number,
  status: Outcome<NodeStatus> | undefined,
  evidence: Outcome<Evidence> | undefined,
  permissions: Outcome<Permissions> | undefined,
): LookedNode {
  if (status === undefined || !status.ok) return silentOrRefusing(node, status)
  const { value } = status
  const adopted = !value.enabled && isAdopted(adopts, value.message)
  if (!value.enabled && !adopted) return disabled(node, value)
  const findings = assess({
    status: value,
    ...(evidence === undefined ? {} : { evidence }),
    ...(permissions === undefined ? {} : { permissions }),
  })
  const readiness = readinessOf(value, findings)
  // Of a node that refuses it is told whether its lock was read.
  return {
    ...{ node, readiness, findings },
    ...(readiness === 'refused' || adopted ? { status: value } : {}),
    ...(adopted && { adopted }),
  }
}

function readinessOf(status: NodeStatus, findings: readonly Finding[]): Readiness {
  const blocking = findings.filter((finding) => finding.blocks)
  if (blocking.length > 0) {
    return blocking.every((finding) => finding.code === NOT_PROVABLE) ? 'not-provable' : 'refused'
  }
  if (status.applying) return 'busy'
  return findings.some((finding) => finding.code === FAILING) ? 'failing' : 'ready'
}

function silentOrRefusing(node: number, status: Outcome<NodeStatus> | undefined): LookedNode {
  if (status === undefined || status.ok) {
    const finding = { code: 'node-no-answer', message: 'did not answer', blocks: true }
    return { node, readiness: 'no-answer', findings: [finding] }
  }
  const { problem } = status
  const readiness =
    problem.silence === undefined
      ? 'refused'
      : problem.silence === 'not-connected'
        ? 'not-connected'
        : 'no-answer'
  const finding: Finding = {
    code: problem.code,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    blocks: true,
  }
  return { node, readiness, findings: [finding] }
}

function disabled(node: number, status: NodeStatus): LookedNode {
  const earlier = runOfLockText(status.message)
  if (earlier !== undefined) {
    const finding: Finding = {
      code: 'look-held-by-run',
      message: `disabled by run ${earlier} of Choirmaster`,
      hint: `choirmaster enable --run ${earlier}`,
      blocks: true,
    }
    return { node, readiness: 'ours', findings: [finding], status }
  }
  const text =
    status.message === undefined || status.message === ''
      ? 'without a message'
      : `"${status.message}"`
  const finding: Finding = {
    code: 'look-disabled',
    message: `disabled by somebody else: ${text}`,
    hint: 'ask who disabled it, or leave it out with --unready skip or --exclude',
    blocks: true,
  }
  return { node, readiness: 'disabled', findings: [finding], status }
}

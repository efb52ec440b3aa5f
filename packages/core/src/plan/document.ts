import { neighbours } from '../numbers/adjacency.js'
import type { Because, Dropped, Plan, Selection } from './plan.js'

/** An edge as it is published: `to` waits for `from`. */
export interface DocumentEdge {
  readonly from: string
  readonly to: string
  readonly because: readonly Because[]
}

export interface DocumentAssumed {
  readonly capability: string
  readonly consumer: string
  readonly consumer_node: string
  readonly producer: string
  readonly producer_node: string
  readonly why: 'outside' | 'assume-done'
}

export interface DocumentUnproduced {
  readonly capability: string
  readonly consumer: string
  readonly consumer_node: string
}

/**
 * A plan as `plan --json` prints it and `plan --out` saves it. All lists are sorted by code units; the schema is
 * `planSchema`.
 */
export interface PlanDocument {
  readonly schema: 'choirmaster.plan/1'
  readonly environment: string
  readonly code_id: string | null
  /** SHA-256, lower-case hex. */
  readonly digest: string
  /** What was asked for, to plan again and compare. */
  readonly selection: {
    readonly instances: readonly string[]
    readonly assume_done: readonly string[]
    readonly exclude: readonly string[]
  }
  /** Selected applications. */
  readonly applications: readonly string[]
  /** Applications that are applied too, as Puppet applies whole nodes. */
  readonly also_applied: readonly string[]
  /** Certnames in run order. */
  readonly groups: readonly (readonly string[])[]
  /** Certname → application → component references. */
  readonly nodes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly edges: readonly DocumentEdge[]
  readonly assumed: readonly DocumentAssumed[]
  readonly unproduced: readonly DocumentUnproduced[]
  readonly ignored: readonly DocumentEdge[]
  readonly dropped: readonly Dropped[]
}

/** Certnames may be anything, `__proto__` too: records are made by `Object.fromEntries`, which knows no special name. */
export function planDocument(plan: Plan): PlanDocument {
  const nameOf = (node: number): string => plan.nodes[node] as string
  return {
    schema: 'choirmaster.plan/1',
    environment: plan.environment,
    code_id: plan.codeId,
    digest: plan.digest,
    selection: documentSelection(plan.selection),
    applications: plan.applications,
    also_applied: plan.alsoApplied,
    groups: plan.groups.map((group) => Array.from(group, nameOf)),
    nodes: Object.fromEntries(
      plan.nodes.map((name, node) => [name, Object.fromEntries(plan.placement(node))]),
    ),
    edges: documentEdges(plan),
    assumed: plan.assumed.map(({ consumerNode, producerNode, ...rest }) => ({
      capability: rest.capability,
      consumer: rest.consumer,
      consumer_node: consumerNode,
      producer: rest.producer,
      producer_node: producerNode,
      why: rest.why,
    })),
    unproduced: plan.unproduced.map(({ consumerNode, ...rest }) => ({
      ...rest,
      consumer_node: consumerNode,
    })),
    ignored: plan.ignored,
    dropped: plan.dropped,
  }
}

function documentSelection(selection: Selection): PlanDocument['selection'] {
  return {
    instances: selection.instances,
    assume_done: selection.assumeDone,
    exclude: selection.exclude,
  }
}

/** By `from` and `to`. Reasons are asked for by waiting node, as one search finds those of all its edges. */
function documentEdges(plan: Plan): DocumentEdge[] {
  const { producers, consumers } = plan
  const edges = new Array<DocumentEdge>(consumers.targets.length)
  const next = consumers.offsets.slice()
  plan.nodes.forEach((to, node) => {
    for (const producer of neighbours(producers, node)) {
      const place = next[producer] as number
      next[producer] = place + 1
      edges[place] = {
        from: plan.nodes[producer] as string,
        to,
        because: plan.because(producer, node),
      }
    }
  })
  return edges
}

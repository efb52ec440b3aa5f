import type { PlanFile } from '../planfile/planfile.schema.js'
import type { Session } from '../session.js'
import { planSite, type SelectionFlags, selectionOf } from '../site-plan.js'
import { discoverNodes } from './discover-nodes.js'

/** Nodes that a command is about, and who named them. */
export interface Targets {
  readonly nodes: readonly string[]
  readonly from: 'named' | 'plan' | 'site' | 'discovered'
}

export interface TargetInput {
  readonly session: Session
  readonly flags: SelectionFlags
  /** What `-I` names. */
  readonly named: readonly string[]
  readonly file?: PlanFile | undefined
}

/**
 * The nodes that are named, else those of the plan file, else those of the site where one is configured, else all
 * that answer a broadcast.
 */
export async function targetNodes({ session, flags, named, file }: TargetInput): Promise<Targets> {
  if (named.length > 0) return { nodes: named, from: 'named' }
  if (file !== undefined) return { nodes: Object.keys(file.plan.nodes), from: 'plan' }
  if (session.hasCatalog) {
    const plan = await planSite(session, selectionOf(flags), session.catalogChoice())
    return { nodes: plan.nodes, from: 'site' }
  }
  const nodes: string[] = []
  for await (const node of discoverNodes(await session.openTransport(), 'puppet')) nodes.push(node)
  return { nodes: nodes.sort(), from: 'discovered' }
}

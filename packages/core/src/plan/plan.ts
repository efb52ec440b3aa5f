import type { Adjacency } from '../numbers/adjacency.js'

export type { Adjacency }

/** What is asked of an environment. */
export interface Selection {
  /** Application references, such as `Lamp[app1]`; empty: all. */
  readonly instances: readonly string[]
  /** Certnames that are not run, though what depends on them is; treated as already done. */
  readonly assumeDone: readonly string[]
  /** Certnames that are not run, nor is what depends on them. */
  readonly exclude: readonly string[]
}

/**
 * A producer that is not run and taken for already done; never silently dropped. Where the source knows an
 * order without components, `capability` is its origin and the certnames stand for the components.
 */
export interface Assumed {
  readonly capability: string
  /** Reference of the consuming component and its certname. */
  readonly consumer: string
  readonly consumerNode: string
  /** Reference of the producing component and its certname. */
  readonly producer: string
  readonly producerNode: string
  /** `outside`: not in the selection. `assume-done`: the operator said so. */
  readonly why: 'outside' | 'assume-done'
}

/**
 * A need of an application that was not selected but is applied too, and that no component of the site meets.
 * For a selected application that is an error.
 */
export interface Unproduced {
  readonly capability: string
  /** Reference of the consuming component and its certname. */
  readonly consumer: string
  readonly consumerNode: string
}

/** An edge of an application that was not selected, left out because it would close a cycle. */
export interface IgnoredEdge {
  readonly from: string
  readonly to: string
  readonly because: readonly Because[]
}

/**
 * Why a node waits for another. Where the source knows an order without components, `capability` is its origin
 * and the certnames stand for the components.
 */
export interface Because {
  readonly capability: string
  readonly producer: string
  readonly consumer: string
}

/** A node that the selection holds but that is not run. */
export interface Dropped {
  readonly node: string
  /** `excluded` by name, or `dependent` of the excluded node `of`. */
  readonly why: 'excluded' | 'dependent'
  readonly of?: string
}

/** An application with a component on one of the plan's nodes. Numbers are those of the plan, ascending. */
export interface AppliedApplication {
  readonly name: string
  readonly nodes: readonly number[]
  /** Nodes of the plan, outside the application, that one of its components consumes from. */
  readonly producers: readonly number[]
}

/**
 * The order of a run: pure data computed from an environment and a selection. Nodes are numbers, positions in
 * `nodes`; all lists are sorted by code units, so that the same site gives the same plan on each machine.
 */
export interface Plan {
  readonly environment: string
  readonly codeId: string | null
  readonly selection: Selection
  /** SHA-256 of all that shapes the run order, in lower-case hex; the order within the document does not matter. */
  readonly digest: string
  readonly nodes: readonly string[]
  /** Whom a node waits for; ascending, as `consumers` are. */
  readonly producers: Adjacency
  /** Who waits for a node. */
  readonly consumers: Adjacency
  /** Run order: longest-path levels. */
  readonly groups: readonly Uint32Array[]
  /** Selected applications, sorted. */
  readonly applications: readonly string[]
  /** Applications that were not selected but are applied too, as Puppet applies whole nodes; sorted. */
  readonly alsoApplied: readonly string[]
  readonly assumed: readonly Assumed[]
  readonly unproduced: readonly Unproduced[]
  readonly ignored: readonly IgnoredEdge[]
  readonly dropped: readonly Dropped[]
  /** Certnames that can never answer: upper-case letters. Computed when asked. */
  readonly suspectNames: readonly string[]
  /** Application → component references of a node, computed when shown. */
  placement(node: number): ReadonlyMap<string, readonly string[]>
  /** Capabilities and components that make `to` wait for `from`, computed when shown. */
  because(from: number, to: number): readonly Because[]
  /** All applications that are applied, selected or not, by name; computed when asked. */
  applied(): readonly AppliedApplication[]
}

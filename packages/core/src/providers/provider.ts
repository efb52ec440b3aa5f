import type { Schema } from '../schema/schema.js'
import type { AgentHost, NodeAgent } from './agent.js'
import type { CatalogSource } from './catalog.js'
import type { Call, Host, Stream } from './common.js'
import type { Check, Explained } from './examine.js'
import type { Reporter } from './reporter.js'
import type { RunStore } from './store.js'
import type { Transport } from './transport.js'
import type { Witness } from './witness.js'

export interface Kinds {
  catalog: CatalogSource
  transport: Transport
  agent: NodeAgent
  store: RunStore
  reporter: Reporter
  witness: Witness
}
export type Kind = keyof Kinds
export const KINDS: readonly Kind[] = [
  'catalog',
  'transport',
  'agent',
  'store',
  'reporter',
  'witness',
]

/** A way to get one of the six things; a plain object, no base class. */
export interface Provider<K extends Kind = Kind, O = unknown> {
  readonly kind: K
  /** What `--catalog NAME`, `--transport NAME` … say. */
  readonly name: string
  /** One line for help and docs. */
  readonly summary: string
  /** Options are validated by it before anything is opened. */
  readonly options: Schema<O>
  // A method, not a property: a list of providers of different options stays assignable.
  open(options: O, host: K extends 'agent' ? AgentHost : Host, call: Call): Promise<Kinds[K]>
  /** The values that it would work with beside its options, and where each is from. Opens and changes nothing. */
  explain?(options: O, host: Host): Promise<readonly Explained[]>
  /** Looks at what it needs, part by part, as far as it gets. Changes nothing; what is wrong is a check, not an error. */
  examine?(options: O, host: Host, call: Call): Stream<Check>
}
export type AnyProvider = { [K in Kind]: Provider<K, never> }[Kind]

/** What a plugin package's default export is. */
export interface Plugin {
  /** Version of this contract. */
  readonly contract: 1
  readonly name: string
  readonly providers: readonly AnyProvider[]
}

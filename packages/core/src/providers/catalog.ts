import type { Environment } from '../environment/environment.js'
import type { Finding } from './agent.js'
import type { Call, Closable } from './common.js'

/**
 * Yields the graph of an environment, whole: core narrows it to a selection, as a source that filtered
 * would hide the producers outside, which the plan must show as assumed.
 */
export interface CatalogSource extends Closable {
  /**
   * @param name the environment that was asked for; undefined when nobody named one: a source that holds
   *   one environment (a file) gives that, others use `production`.
   * @throws CodedError for an environment that does not exist, cannot be read or breaks the schema.
   */
  environment(name: string | undefined, call: Call): Promise<Environment>
  /**
   * The graph as nodes that have run left it: what came meanwhile was not in the order of the run. Absent: no run
   * changes what this source gives.
   */
  afterRun?(name: string | undefined, call: Call): Promise<Environment>
  /**
   * What speaks against nodes of the graph that was read last, by name, such as that nothing was heard of them for
   * long. A run takes it for a finding of its look. Absent: nothing is known of nodes.
   */
  findings?(): ReadonlyMap<string, Finding>
  /** Of a source that is made of several: which of them declare a component of the graph that was read last. */
  sourcesOf?(component: string): readonly string[]
}

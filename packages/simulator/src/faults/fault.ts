import type { Scene } from '../fleet/scene.js'
import type { Treatment } from '../fleet/treatment.js'
import type { RunScript, Traits } from '../node/node.js'

/** A request that a fault looks at before it is sent. */
export interface CallSeen {
  readonly action: string
  /** How long the client waits for the reply, ms. */
  readonly timeoutMs: number
}

/**
 * One thing that can go wrong; a plain object in the table of `registry.ts`.
 * `strikes` says when: `always` (what the node is like), `call` (requests to it), `run` (runs that callers ask for),
 * `time` (at a moment, or after something happened). Each brings its own limits, see `limits.ts`.
 */
export type FaultKind<P> = {
  readonly name: string
  /** What the node does; a row of docs/scenario.md. */
  readonly does: string
  /** What a run is to conclude from it. */
  readonly concludes: string
  /** JSON Schema of each parameter. */
  readonly params: Readonly<Record<string, object>>
  readonly required?: readonly string[]
} & (
  | {
      readonly strikes: 'always'
      /** Shapes the node each time the scenario is read. */
      traits?(traits: Traits, params: P): void
      /** Shapes the state it starts from, once. */
      born?(scene: Scene, params: P): void
    }
  | { readonly strikes: 'call'; call(treatment: Treatment, seen: CallSeen, params: P): void }
  | { readonly strikes: 'run'; run(script: RunScript, params: P): void }
  | { readonly strikes: 'time'; time(scene: Scene, params: P): void }
)

/** A fault kind whose parameters have been checked by its own schema. */
export type AnyFaultKind = FaultKind<never>

/**
 * A component, as Puppet's environment API gives it. Lists may hold duplicates (a capability that is both
 * consumed and required) and are unordered; absent means none.
 */
export interface Component {
  /** Certname as written in the manifest, case kept. */
  readonly node: string
  readonly produces?: readonly string[]
  /** Capabilities that it consumes or requires. */
  readonly consumes?: readonly string[]
}

/** Component reference, such as `Lamp::Mysql[app1]`, to component. References are opaque: titles are free text. */
export type Application = Readonly<Record<string, Component>>

/** An order between two nodes that a source knows without components. */
export interface SourceEdge {
  readonly from: string
  readonly to: string
  /** Where it comes from, for people: `exported File[/etc/x]`. */
  readonly origin: string
}

/** The graph of one environment, whole. What every catalog source yields. */
export interface Environment {
  readonly environment: string
  /** Application reference, such as `Lamp[app1]`, to its components. */
  readonly applications: Readonly<Record<string, Application>>
  readonly edges?: readonly SourceEdge[]
  /** Version of the code as Puppet Server's code-id-command prints it. */
  readonly code_id?: string | number | boolean | null
}

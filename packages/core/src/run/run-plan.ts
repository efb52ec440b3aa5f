/** What a run needs of a plan: small, plain JSON, kept in the run's journal. Nodes are numbers, positions in `nodes`. */
export interface RunPlan {
  readonly environment: string
  readonly digest: string
  readonly nodes: readonly string[]
  /** Pairs: from, to, from, to … */
  readonly edges: readonly number[]
  readonly groups: readonly (readonly number[])[]
  /** Applications that are applied on the nodes, also those that were not selected. */
  readonly applications: readonly {
    readonly name: string
    readonly nodes: readonly number[]
    /** Nodes outside the application that one of its components consumes from. */
    readonly producers: readonly number[]
  }[]
}

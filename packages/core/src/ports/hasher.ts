/** An incremental SHA-256. Core stays free of `node:crypto`: the real one is in `system.ts`. */
export interface Hasher {
  update(text: string): void
  /** Lower-case hex; ends the hasher. */
  digest(): string
}

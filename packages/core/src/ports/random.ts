/** Where randomness comes from; a simulation gives a seeded one. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
}

/**
 * Safety: anything may go wrong, nothing may be broken. Harsh: the same, and much more of it at once. Liveness: faults
 * that go away, so that all must succeed.
 */
export type Mode = 'safety' | 'harsh' | 'liveness'
export const MODES: readonly Mode[] = ['safety', 'harsh', 'liveness']

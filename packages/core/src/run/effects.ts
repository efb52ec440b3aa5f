import type { Change, Purpose, Question, RunEvent } from './events.js'

type Undated<E> = E extends RunEvent ? Omit<E, 'at'> : never
/** An event before it has its time. */
export type Decision = Undated<RunEvent>

/** What decide wants done now. */
export type Effect =
  /** Something is decided: fold it, and decide again. */
  | { readonly do: 'record'; readonly event: Decision }
  /** Ask the operator whether to go on. */
  | { readonly do: 'confirm' }
  | { readonly do: 'ask'; readonly question: Question; readonly nodes: readonly number[] }
  /** Make the checks of their gates. */
  | { readonly do: 'check'; readonly nodes: readonly number[] }
  /** Change the nodes: the intent first, durable, then the request. */
  | {
      readonly do: 'change'
      readonly change: Change
      readonly purpose: Purpose
      readonly nodes: readonly number[]
      readonly attempts?: readonly number[]
    }

import {
  createState,
  type Moment,
  type NodeState,
  reduce,
  type RunEvent,
  type RunState,
} from '@choirmaster/core'

/** A run as its events tell it, for a view: the engine's own fold, on a state of the view's. */
export interface Follower {
  /** Undefined before the first event. */
  readonly state: RunState | undefined
  /** When the present phase began. */
  readonly since: Moment
  /** Folds an event; returns the nodes that have their result since it, in the plan's order. */
  fold(event: RunEvent): readonly NodeState[]
}

export function follow(): Follower {
  let state: RunState | undefined
  let since = 0
  return {
    get state() {
      return state
    },
    get since() {
      return since
    },
    fold(event) {
      if (event.type === 'created' || event.type === 'phase') since = event.at
      if (event.type === 'created') {
        state = createState(event)
        return []
      }
      if (!state) return []
      const open = mentioned(event, state).filter((node) => node.outcome === null)
      reduce(state, event)
      return open.filter((node) => node.outcome !== null)
    },
  }
}

/** Nodes that the event may give a result. */
function mentioned(event: RunEvent, state: RunState): NodeState[] {
  // A stop also ends the wait for gates.
  const pick = (numbers: readonly number[]): NodeState[] =>
    [...new Set([...numbers, ...state.gating])].flatMap((n) => state.nodes[n] ?? [])
  switch (event.type) {
    case 'cancel':
    case 'store-lost':
    case 'lease-lost':
      return [...state.nodes]
    case 'judged':
      return pick([event.node])
    case 'observed':
    case 'answered':
    case 'left':
    case 'checked':
      return pick(event.nodes.map(({ node }) => node))
    case 'silent':
    case 'withheld':
      return pick(event.nodes)
    case 'until':
      return pick([])
    default:
      return []
  }
}

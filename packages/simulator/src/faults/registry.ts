import * as calls from './calls.js'
import * as files from './files.js'
import * as machines from './machines.js'
import * as runs from './runs.js'
import * as strangers from './strangers.js'
import type { AnyFaultKind } from './fault.js'

/** The families, in the order of docs/scenario.md. */
export const FAULT_FAMILIES: readonly {
  readonly title: string
  readonly kinds: readonly AnyFaultKind[]
}[] = [
  { title: 'Requests and replies', kinds: Object.values(calls) },
  { title: 'How runs go', kinds: Object.values(runs) },
  { title: 'Operators, cron and other strangers', kinds: Object.values(strangers) },
  { title: 'Files on the node', kinds: Object.values(files) },
  { title: 'The machine', kinds: Object.values(machines) },
]

/** Every fault that a scenario can name. */
export const FAULTS: ReadonlyMap<string, AnyFaultKind> = new Map(
  FAULT_FAMILIES.flatMap(({ kinds }) => kinds.map((kind) => [kind.name, kind])),
)

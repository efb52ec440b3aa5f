import type { Call, Json, Nodes, Outcome, RunOptions, Stream } from '@choirmaster/core/provide'
import { type JsonObject, field, isWhole } from '../values.js'
import { type Link, ask } from './ask.js'
import { checkEnvironment } from './inputs.js'
import type { Refusal } from './refusals.js'

/** All of these are decided before a process is started or a daemon signalled. */
const REFUSALS: readonly Refusal[] = [
  { codes: [1], text: /^Puppet is disabled/, problem: 'node-disabled', effect: 'none' },
  {
    codes: [1],
    text: /^Puppet is currently applying a catalog/,
    problem: 'node-busy',
    effect: 'none',
  },
  {
    codes: [1],
    text: /^Cannot specify any custom puppet options when the daemon is running/,
    problem: 'node-options-refused',
    effect: 'none',
  },
  {
    codes: [1],
    text: /^Invalid (environment|tag|skip_tag|splaylimit) |^Passing 'server' option/,
    problem: 'node-input-refused',
    effect: 'none',
  },
  // Ruby's spawn; a file that cannot be opened reads "No such file or directory @ …".
  {
    codes: [5],
    text: /^No such file or directory - /,
    problem: 'node-puppet-missing',
    effect: 'none',
  },
]

/**
 * Asks for a Puppet run. `at`: when a process was forked or the daemon signalled, seconds of the node's clock;
 * that it will run is not said: a command that exits at once is answered alike.
 *
 * `force` is always sent: without it the run sleeps up to 30 s before it takes the lock. Nothing else is, unless
 * asked for: a daemon that is signalled refuses any option (`node-options-refused`). `use_cached_catalog` is never
 * sent: false would not keep Puppet from falling back to its cache, and is an option too.
 * @throws CodedError `agent-environment-invalid`, before anything is sent.
 */
export function runonce(
  link: Link,
  nodes: Nodes,
  options: RunOptions,
  call: Call,
): Stream<Outcome<{ readonly at: number }>> {
  const { noop, environment } = options
  if (environment !== undefined) checkEnvironment(environment)
  // An absent boolean must be left out: null is refused.
  const data: Record<string, Json> = {
    force: true,
    ...(noop ? { noop } : {}),
    ...(environment === undefined ? {} : { environment }),
  }
  return ask(
    link,
    { name: 'runonce', data, changes: true, refusals: REFUSALS, value: readInitiated },
    nodes,
    call,
  )
}

function readInitiated(data: JsonObject): { value: { at: number } } | undefined {
  const at = field(data, 'initiated_at')
  return isWhole(at) && at > 0 ? { value: { at } } : undefined
}

import type { LogLine } from '../actions/last-run-summary.js'
import { resourcePath } from './resource-path.js'

/** So many changes of a node are kept, in the order of the log; the count of all is in the summary. */
const MOST_KEPT = 100
const LONGEST_TITLE = 120

/**
 * How a noop run ends the line of a property that it would change; real ones of Puppet 7.23, 8.10 and OpenVox 8.28 are in
 * test/fixtures/real/noop_*.json. Up to 8.8, and for sensitive values in all, it begins `current_value 'absent', should
 * be 'file'`; from 8.9 on as in a real run, `defined content as …`, `created`, with words of the type's own
 * (Puppet's resource_harness.rb). An audited property adds what was recorded, and a node that drifted `(corrective)`.
 */
const NOOP = '(noop)'
const AUDITED = `${NOOP} (previously recorded value was `
const CORRECTIVE = ' (corrective)'

/** How it says, in the resource's own name, that it would have called it (event_manager.rb). */
const CALLBACK = /^Would have triggered '?(\w+)'? from \d+ events?$/

/** What a noop run would do. */
export interface WouldChange {
  /** `File[/etc/motd] content`, each once and no values; at most a hundred. */
  readonly named: readonly string[]
  /** Resources that would have been refreshed, all of them: Puppet's own counts leave these out. */
  readonly refreshes: number
}

/**
 * What a noop run would change, from its log. Of a line only the resource and the property are kept, never values.
 * Titles are names, but the title of an `exec` may be a whole command with a password in it: what does not look like a
 * name is replaced by a number made of it, so that equal ones stay equal.
 */
export function wouldChange(lines: readonly LogLine[]): WouldChange {
  const named = new Set<string>()
  const refreshed = new Set<string>()
  for (const { source, message } of lines) {
    const callback = CALLBACK.exec(message)?.[1]
    if (callback === undefined && !tellsOfProperty(message)) continue
    const path = resourcePath(source)
    const what = callback ?? path?.property
    if (path === undefined || what === undefined) continue
    if (callback !== undefined) {
      // Of a property it is the output of a command, or a message.
      if (path.property !== undefined) continue
      refreshed.add(source)
    }
    if (named.size < MOST_KEPT) named.add(`${path.type}[${safeTitle(path.title)}] ${what}`)
  }
  return { named: [...named], refreshes: refreshed.size }
}

function tellsOfProperty(message: string): boolean {
  // A diff, in which a line of the file may end so.
  if (message.startsWith('\n')) return false
  const end = message.endsWith(CORRECTIVE) ? -CORRECTIVE.length : undefined
  const told = message.slice(0, end)
  return told.endsWith(NOOP) || (told.endsWith(')') && told.includes(AUDITED))
}

/** Letters, digits and what paths, packages and sentences hold; no options, assignments, quotes or logins. */
const NAME = /^[\p{L}\p{N}_.,:/@+~()[\] -]*$/u
const COMMAND = /\s-|:\/\/[^/]*@|passw|secret|token|credential/i

function safeTitle(title: string): string {
  const isName = title.length <= LONGEST_TITLE && NAME.test(title) && !COMMAND.test(title)
  return isName ? title : `#${fingerprint(title)}`
}

/** FNV-1a, 32 bits: tells titles apart and says nothing of them. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

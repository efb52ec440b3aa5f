import type { LogLine } from '../actions/last-run-summary.js'

/** So many changes of a node are kept, in the order of the log; the count of all is in the summary. */
const MOST_KEPT = 100
const LONGEST_TITLE = 120

/**
 * How a noop run says that it would change a property (Puppet's resource_harness.rb), or call a resource (event_manager.rb):
 * `current_value 'absent', should be 'file' (noop)`, `Would have triggered 'refresh' from 1 event`.
 */
const PROPERTY = /^current_value[\s\S]*\(noop\)$/
const CALLBACK = /^Would have triggered '?(\w+)'?/

/** `/Stage[main]/Nginx/File[/etc/nginx/nginx.conf]/content`: the last resource of the path, and its property. */
const SOURCE = /^\/Stage\[.*\/([A-Z][A-Za-z0-9_:]*)\[([\s\S]*)\](?:\/([a-z_]\w*))?$/

/** Containers are told to refresh too, and change nothing themselves. */
const CONTAINERS: ReadonlySet<string> = new Set(['Stage', 'Class', 'Node'])

/**
 * What a noop run would change, from its log: `File[/etc/motd] content`, each once. Of a line only the resource and the
 * property are kept, never values. Titles are names, but the title of an `exec` may be a whole command with a password
 * in it: what does not look like a name is replaced by a number made of it, so that equal ones stay equal.
 */
export function wouldChange(lines: readonly LogLine[]): readonly string[] {
  const changes = new Set<string>()
  for (const { source, message } of lines) {
    const callback = CALLBACK.exec(message)?.[1]
    if (callback === undefined && !PROPERTY.test(message)) continue
    const [, type, title, property] = SOURCE.exec(source) ?? []
    if (type === undefined || title === undefined || CONTAINERS.has(type)) continue
    const what = callback ?? property
    changes.add(`${type}[${safeTitle(title)}]${what === undefined ? '' : ` ${what}`}`)
    if (changes.size === MOST_KEPT) break
  }
  return [...changes]
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

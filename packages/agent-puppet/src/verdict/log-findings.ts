import type { LogLine } from '../actions/last-run-summary.js'

/**
 * What a line of a run's log says of the run.
 *
 * - `applied`: the catalog was applied to its end.
 * - `stale`: no fresh catalog was got, so the cached one was or would have been used.
 * - `aborted`: the catalog was not applied to its end. - `interrupted`: a signal ended the run.
 * - `command`: the prerun or postrun command failed. - `generate`: a resource failed in a way that no count shows.
 * - `error`: any other line of level err and worse; proves nothing (Facter, `notify { loglevel => err }`).
 */
export type LogKind =
  'applied' | 'stale' | 'aborted' | 'interrupted' | 'command' | 'generate' | 'error'

/** Equal lines counted; holds no text of the log, which may contain secrets. */
export type LogFinding = {
  readonly kind: LogKind
  /** Whose lines they are, from a fixed list: titles of resources can hold secrets too. */
  readonly source: LogSource
  /** The known beginning that was recognised, from the table below; null for `error`. */
  readonly text: string | null
  readonly count: number
  /** The last of them, seconds of the node's clock. */
  readonly time: number
}

export type LogSource = 'Puppet' | 'Facter' | 'resource' | 'plugin sync' | 'other'

const ERRORS = new Set(['err', 'alert', 'emerg', 'crit'])

interface Known {
  readonly kind: LogKind
  readonly text: string
  /** Only among lines of level err and worse. */
  readonly error: boolean
  readonly source: LogSource
}

/**
 * Beginnings of decisive lines (Puppet 4.10 to 8). Texts of the default language: a node with another one is told by
 * the missing `applied` line. "Caching catalog for …" is no sign of a fresh catalog: it follows a fallback too.
 */
const KNOWN: readonly Known[] = [
  { kind: 'applied', text: 'Applied catalog in', error: false, source: 'Puppet' },
  { kind: 'stale', text: 'Using cached catalog', error: false, source: 'Puppet' },
  { kind: 'stale', text: 'Not using cached catalog', error: false, source: 'Puppet' },
  { kind: 'stale', text: 'Could not retrieve catalog', error: true, source: 'Puppet' },
  {
    kind: 'stale',
    text: 'Could not select a functional puppet server',
    error: true,
    source: 'Puppet',
  },
  { kind: 'aborted', text: 'Failed to apply catalog', error: true, source: 'Puppet' },
  { kind: 'command', text: 'Could not run command from', error: true, source: 'Puppet' },
  { kind: 'interrupted', text: 'Caught TERM; exiting', error: false, source: 'Puppet' },
  { kind: 'interrupted', text: 'Caught INT; exiting', error: false, source: 'Puppet' },
  {
    kind: 'generate',
    text: 'Failed to generate additional resources',
    error: true,
    source: 'resource',
  },
]

/** What the lines of a run's log say, equal findings counted; at most a few dozen whatever the log holds. */
export function findIn(lines: readonly LogLine[]): readonly LogFinding[] {
  const found = new Map<string, LogFinding>()
  for (const line of lines) {
    const one = classify(line)
    if (one === undefined) continue
    const key = `${one.kind} ${one.source} ${one.text}`
    const before = found.get(key)
    found.set(key, {
      ...one,
      count: (before?.count ?? 0) + 1,
      time: Math.max(before?.time ?? line.time, line.time),
    })
  }
  return [...found.values()]
}

function classify(line: LogLine): Pick<LogFinding, 'kind' | 'source' | 'text'> | undefined {
  const source = sourceOf(line.source)
  const isError = ERRORS.has(line.level)
  const known = KNOWN.find(
    (k) => k.source === source && (isError || !k.error) && line.message.startsWith(k.text),
  )
  if (known !== undefined) return { kind: known.kind, source, text: known.text }
  if (!isError) return undefined
  // Plugin sync logs as a file of its own; the catalog's resources are below a stage. A download that fails makes
  // Puppet take the cached catalog, and the line that says so is of level info, which daemon runs do not log.
  if (source === 'plugin sync') return { kind: 'stale', source, text: null }
  return { kind: 'error', source, text: null }
}

function sourceOf(source: string): LogSource {
  if (source === 'Puppet' || source === 'Facter') return source
  if (source.startsWith('/Stage[')) return 'resource'
  if (source.startsWith('/File[')) return 'plugin sync'
  return 'other'
}

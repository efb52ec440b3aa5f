/** Levels of a line that tells of a failure. */
const ERRORS: ReadonlySet<unknown> = new Set(['err', 'alert', 'emerg', 'crit'])
/** Beginning of the line that Puppet 4 to 8 log of a prerun or postrun command that failed, in the default language. */
const FAILED_COMMAND = 'Could not run command from'
/** That of a run that applied its catalog: where it stands, the language is the default one. */
const APPLIED = 'Applied catalog in'
/** The report processor `log` of Puppet Server puts the node before the source, for processors that come after it too. */
const NODE_BEFORE = /^\/\/[^/]+\//

/**
 * How many prerun and postrun commands failed by the log of a report; nothing of its text is kept. null: it does not
 * tell, as one that is empty or withheld, or one in another language with an error of Puppet that may be this one.
 * @param logs as PuppetDB answers: `{ data: [{ level, source, message, … }], href }`
 */
export function failedCommands(logs: unknown): number | null {
  const { data } = (logs ?? {}) as { readonly data?: unknown }
  if (!Array.isArray(data) || data.length === 0) return null
  let failed = 0
  let others = 0
  let applied = false
  for (const line of data as readonly unknown[]) {
    const { level, source, message } = (line ?? {}) as Readonly<Record<string, unknown>>
    if (typeof level !== 'string' || typeof source !== 'string' || typeof message !== 'string') {
      return null
    }
    if (source.replace(NODE_BEFORE, '') !== 'Puppet') continue
    if (message.startsWith(APPLIED)) applied = true
    if (!ERRORS.has(level)) continue
    if (message.startsWith(FAILED_COMMAND)) failed += 1
    else others += 1
  }
  return failed > 0 || applied || others === 0 ? failed : null
}

import { boundProblems } from '@choirmaster/core'
import { type CodedError, type Host, isCodedError, type Problem } from '@choirmaster/core/provide'
import type { CompiledNode } from './catalog-rows.js'
import type { Compiler } from './compiler.js'
import { freshError, type freshErrors } from './errors.js'
import { isFinal } from './refusal.js'

/** Progress is told at most so often: a compilation takes about a second. */
const TELL_EVERY = 10

export interface CompileAll {
  readonly compiler: Pick<Compiler, 'compile'>
  readonly certnames: readonly string[]
  /** Most at once. */
  readonly concurrency: number
  readonly host: Pick<Host, 'notice'>
}

/**
 * Has the catalogs of all these nodes compiled, some at a time. A node whose catalog cannot be compiled does not keep
 * the others from being tried, so that all findings are told at once.
 * @returns in the order of `certnames`
 * @throws CodedError `fresh-…` with a finding for each node, or the first that would be the same for every node
 */
export async function compileAll({
  compiler,
  certnames,
  concurrency,
  host,
}: CompileAll): Promise<readonly CompiledNode[]> {
  const compiled = new Array<CompiledNode | undefined>(certnames.length)
  const failures: CodedError[] = []
  let next = 0
  let done = 0
  let stopped = false
  const work = async (): Promise<void> => {
    while (!stopped && next < certnames.length) {
      const at = next++
      try {
        compiled[at] = await compiler.compile(certnames[at] as string)
      } catch (error) {
        if (!isCodedError(error) || isFinal(error)) {
          stopped = true
          throw error
        }
        failures.push(error)
      }
      done++
      if (done % TELL_EVERY === 0 && done < certnames.length) tell(host, done, certnames.length)
    }
  }
  const settled = await Promise.allSettled(Array.from({ length: concurrency }, work))
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  const [first] = failures
  if (first === undefined) return compiled.filter((one) => one !== undefined)
  throw freshError(first.code as keyof typeof freshErrors, boundProblems(failures.map(problemOf)))
}

function tell(host: CompileAll['host'], done: number, all: number): void {
  host.notice({
    level: 'info',
    code: 'fresh-progress',
    message: `${done} of ${all} catalogs compiled`,
  })
}

function problemOf({ code, message, place, hint }: CodedError): Problem {
  return { code, message, ...(place !== undefined && { place }), hint }
}

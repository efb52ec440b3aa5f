import type { Moment } from '../ports/clock.js'

/** puppet agent plugin 2.5.0, DDL of `disable`: at most 120 characters, shell-safe. */
const LONGEST = 120

/** `2026-11-22T11:15:47Z`: seconds are enough for people, and short. */
function stamp(at: Moment): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

/**
 * The disable message of a run, fixed when it is created: `choirmaster run=ID by=CALLER at=UTC`.
 * What the plugin refuses in the caller's name becomes `_`, and a long name is cut, never the run id.
 */
export function lockText(run: string, caller: string, at: Moment): string {
  const head = `choirmaster run=${run} by=`
  const tail = ` at=${stamp(at)}`
  const safe = caller.replace(/[^A-Za-z0-9._=@:+/-]/g, '_') || 'unknown'
  return head + safe.slice(0, LONGEST - head.length - tail.length) + tail
}

/** The run whose lock text this is, whoever wrote it; undefined for anybody else's message. */
export function runOfLockText(message: string | undefined): string | undefined {
  return /^choirmaster run=([A-Za-z0-9][A-Za-z0-9._-]{3,63}) by=/.exec(message ?? '')?.[1]
}

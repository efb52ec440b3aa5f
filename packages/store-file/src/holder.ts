import { readFileSync, readlinkSync } from 'node:fs'

/** A process, told apart from another that was given the same number later. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Boot of the machine and start within it; absent where the system does not tell (not Linux). */
  readonly started?: string
  /** Where its number counts: containers with the same host name have numbers of their own. */
  readonly space?: string
}

/** Who the process with this number is; for one that is gone, without `started`. */
export function identityOf(pid: number, host: string): ProcessIdentity {
  const started = startOf(pid)
  const space = spaceOf()
  return {
    ...{ pid, host },
    ...(started !== undefined && { started }),
    ...(space !== undefined && { space }),
  }
}

/**
 * Whether the process is known to be gone. One on another host cannot be asked: it counts as living, as does
 * one whose number is in use where the system does not tell when its owner started. Neither can one of another boot:
 * that may be another machine of the same name, whose first PID namespace has the same number as ours.
 */
export function isGone(holder: ProcessIdentity, host: string): boolean {
  if (holder.host !== host || (holder.space !== undefined && holder.space !== spaceOf()))
    return false
  if (holder.started !== undefined && bootIn(holder.started) !== bootOf()) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  const found = statOf(holder.pid)
  // It is over and only its entry is left, as nobody asked how it ended: in containers often for good.
  if (found?.[STATE] === 'Z') return true
  const started = startOf(holder.pid)
  return holder.started !== undefined && started !== undefined && holder.started !== started
}

/** The PID namespace of this process (pid_namespaces(7)); undefined where there are none. */
function spaceOf(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}

/** The boot of this machine, an id of its own each time; undefined where the system does not tell (not Linux). */
function bootOf(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}

function bootIn(started: string): string {
  return started.slice(0, started.indexOf('/'))
}

/** Fields of /proc/PID/stat (proc(5)) from the third on: the state, and the start time in ticks since boot. */
const STATE = 0
const STARTED = 19

/** What stands behind the name, which may hold anything; undefined: there is no such process, or no such file. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function startOf(pid: number): string | undefined {
  const boot = bootOf()
  const ticks = statOf(pid)?.[STARTED]
  return boot === undefined || ticks === undefined ? undefined : `${boot}/${ticks}`
}

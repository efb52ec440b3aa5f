import { type ChildProcess, spawn } from 'node:child_process'
import type { ProbeCall, Probed } from '@choirmaster/core'

/** Windows has no groups of processes to send a signal to. */
const HAS_GROUPS = process.platform !== 'win32'

/**
 * Runs a program without a shell; it passes with exit status 0. It is killed when its time is up, with all that it started:
 * a check that is a script hangs in one of its commands. What it prints is dropped: that may hold secrets, and the journal
 * keeps what is told here.
 */
export function runProgram(
  [program = '', ...rest]: readonly string[],
  node: string,
  { signal, timeoutMs }: ProbeCall,
): Promise<Probed> {
  return new Promise((resolve) => {
    const fail = (message: string): void => {
      settle()
      resolve({ passed: false, message })
    }
    const args = rest.map((argument) => argument.replaceAll('{node}', node))
    // A group of its own, which can be killed as a whole.
    const child = spawn(program, args, { stdio: 'ignore', shell: false, detached: HAS_GROUPS })
    const kill = (): void => killGroup(child)
    const timer = setTimeout(kill, Math.max(1, timeoutMs))
    function settle(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
      process.off('exit', kill)
    }
    if (signal.aborted) kill()
    else signal.addEventListener('abort', kill, { once: true })
    // Nobody else would end it: an interrupt at the terminal does not reach other groups.
    process.once('exit', kill)
    child.on('error', (error) => fail(`cannot be run: ${error.message}`))
    child.on('close', (status, killed) => {
      settle()
      if (status === 0) resolve({ passed: true, message: 'exit status 0' })
      else if (status === null) fail(`killed by ${killed ?? 'a signal'}`)
      else fail(`exit status ${status}`)
    })
  })
}

/** SIGKILL: a check that hangs may not heed anything else. */
function killGroup(child: ChildProcess): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has ended in this moment.
  }
}

import { spawn } from 'node:child_process'
import type { ProbeCall, Probed } from '@choirmaster/core'

/**
 * Runs a program without a shell; it passes with exit status 0. It is killed when its time is up. What it prints is
 * dropped: that may hold secrets, and the journal keeps what is told here.
 */
export function runProgram(
  [program = '', ...rest]: readonly string[],
  node: string,
  { signal, timeoutMs }: ProbeCall,
): Promise<Probed> {
  return new Promise((resolve) => {
    const fail = (message: string): void => resolve({ passed: false, message })
    const args = rest.map((argument) => argument.replaceAll('{node}', node))
    // SIGKILL: a check that hangs may not heed anything else.
    const child = spawn(program, args, {
      stdio: 'ignore',
      shell: false,
      signal,
      timeout: Math.max(1, timeoutMs),
      killSignal: 'SIGKILL',
    })
    child.on('error', (error) => fail(`cannot be run: ${error.message}`))
    child.on('close', (status, killed) => {
      if (status === 0) resolve({ passed: true, message: 'exit status 0' })
      else if (status === null) fail(`killed by ${killed ?? 'a signal'}`)
      else fail(`exit status ${status}`)
    })
  })
}

import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import type { Gate } from '@choirmaster/core'
import { fail } from '../errors.js'
import type { Io } from '../io.js'
import { programsOf } from './programs.js'

/**
 * Refuses checks whose programs this machine cannot run, before a node is touched: else that is known once the first
 * producers were run, and their applications stay disabled.
 * @throws CodedError `gate-program-missing`
 */
export async function refuseMissing(
  gate: Gate | undefined,
  io: Pick<Io, 'cwd' | 'env'>,
): Promise<void> {
  const message = await missingProgram(gate, io)
  if (message !== undefined)
    throw fail('gate-program-missing', { message, place: 'run.gate.checks' })
}

/** A program of a check that this machine cannot run, as a sentence without end; undefined: there is none. */
export async function missingProgram(
  gate: Gate | undefined,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<string | undefined> {
  // Windows finds programs by endings too, which is left to it.
  if (process.platform === 'win32') return undefined
  for (const command of programsOf(gate)) {
    const [program = ''] = command
    const isPath = program.includes('/')
    // As execvp(3): a name with a slash is a path, any other is looked for.
    const folders = isPath ? [''] : (env['PATH'] ?? '/usr/bin:/bin').split(delimiter)
    const found = await Promise.all(folders.map((dir) => canRun(resolve(cwd, dir, program))))
    if (found.includes(true)) continue
    const why = isPath ? 'is not there, or not executable' : 'is not in the PATH'
    return `The check command ${command.join(' ')} cannot be run on this machine: ${program} ${why}`
  }
  return undefined
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

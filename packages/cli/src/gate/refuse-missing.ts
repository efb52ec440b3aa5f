import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Gate } from '@choirmaster/core'
import { fail } from '../errors.js'
import type { Io } from '../io.js'

/**
 * Refuses checks whose programs this machine cannot run, before a node is touched: else that is known once the first
 * producers were run, and their applications stay disabled.
 * @throws CodedError `gate-program-missing`
 */
export async function refuseMissing(
  gate: Gate | undefined,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<void> {
  // Windows finds programs by endings too, which is left to it.
  if (process.platform === 'win32') return
  for (const { probe } of gate?.checks ?? []) {
    if (!('command' in probe)) continue
    const [program = ''] = probe.command
    const path = (env['PATH'] ?? '/usr/bin:/bin').split(delimiter)
    // As execvp(3): a name with a slash is a path, any other is looked for.
    const places = program.includes('/') ? [join(program)] : path.map((dir) => join(dir, program))
    const found = await Promise.all(
      places.map((place) => canRun(place.startsWith('/') ? place : join(cwd, place))),
    )
    if (found.includes(true)) continue
    throw fail('gate-program-missing', {
      message: `The check command ${probe.command.join(' ')} cannot be run on this machine: ${program} is ${program.includes('/') ? 'not there, or not executable' : 'not in the PATH'}`,
      place: 'run.gate.checks',
    })
  }
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

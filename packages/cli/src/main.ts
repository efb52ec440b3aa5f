import { fileURLToPath } from 'node:url'
import { Config, run, settings } from '@oclif/core'
import { report, wantsJson } from './base-command.js'
import { type Io, processIo } from './io.js'

/**
 * Runs the command that `argv` names. Never rejects: each failure is told and gives the exit code.
 * @param root folder with the package.json that names the commands
 */
export async function main(
  argv: readonly string[],
  io: Io = processIo(),
  root: string = fileURLToPath(new URL('..', import.meta.url)),
): Promise<void> {
  // Else NODE_ENV=test makes oclif look for sources beside the built commands.
  settings.enableAutoTranspile = false
  try {
    const config = await Config.load({ root })
    const [id = ''] = argv
    if (id !== 'help' && isCommandLike(id) && !config.findCommand(id)) {
      const { unknownCommand } = await import('./usage-error.js')
      throw unknownCommand(id, config.commandIDs)
    }
    await run(id === 'help' ? [...argv.slice(1), '--help'] : [...argv], config)
  } catch (error) {
    report(error, io, wantsJson(argv))
  }
}

/** Not a flag such as `--help`, which oclif answers itself. */
function isCommandLike(word: string): boolean {
  return word !== '' && !word.startsWith('-')
}

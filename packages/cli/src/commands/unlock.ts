import { Args } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { fail } from '../errors.js'
import { configFlags, outputFlags, transportFlags, yesFlag } from '../flags.js'

export default class Unlock extends BaseCommand {
  static override summary = 'Take away the lock of a run whose process is gone'
  static override description =
    'For a run that nobody is to go on with: other runs can have its nodes again. Its process is shut out, should it only have slept. Nodes that it left disabled stay so: `enable --run RUN` frees them. Refused while the process is alive.'
  static override examples = ['<%= config.bin %> unlock 20261122T111547-k3f9q2']
  static override args = {
    run: Args.string({
      description: 'Id of the run, the beginning of one, or `last`',
      required: true,
    }),
  }
  static override flags = { ...transportFlags, ...configFlags, ...yesFlag, ...outputFlags }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Unlock)
    if (!flags.yes && !this.io.canAsk) {
      throw fail('usage-needs-yes', {
        message: 'There is no terminal to ask at before the lock is taken away',
        place: '--yes',
      })
    }
    const { unlockShown } = await import('../unlock-run.js')
    await this.withSession(flags, ['store'], async (session) => {
      const lock = await unlockShown({ session, io: this.io, run: args.run, yes: flags.yes })
      if (lock === undefined) return this.io.exit(3)
      if (this.json) this.printJson(lock)
      else this.printLines([`Run ${lock.run} holds no lock any more`])
    })
  }
}

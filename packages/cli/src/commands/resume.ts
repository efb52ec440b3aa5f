import type { Kind } from '@choirmaster/core/provide'
import { Args } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { fail } from '../errors.js'
import { configFlags, outputFlags, transportFlags, witnessFlag, yesFlag } from '../flags.js'

const NEEDED: readonly Kind[] = ['transport', 'agent', 'store', 'witness', 'reporter']

export default class Resume extends BaseCommand {
  static override summary = 'Go on with a run whose process is gone'
  static override description =
    'The same run with the same plan and limits: looks at the nodes first, runs none twice, and ends as it would have. Refused while the run is alive, and when the site has changed since.'
  static override examples = ['<%= config.bin %> resume last']
  static override args = {
    run: Args.string({
      description: 'Id of the run, the beginning of one, or `last`',
      required: true,
    }),
  }
  static override flags = {
    ...transportFlags,
    ...witnessFlag,
    ...configFlags,
    ...yesFlag,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Resume)
    if (!flags.yes && !this.io.canAsk) {
      throw fail('usage-needs-yes', {
        message: 'There is no terminal to ask at before nodes are touched',
        place: '--yes',
      })
    }
    const { json, io } = this
    const { resumeShown } = await import('../resume-run.js')
    await this.withSession(flags, NEEDED, async (session) => {
      const progress = json ? io.stderr : io.stdout
      const colours = this.colours(progress, session)
      const warn = (line: string): void => this.note(line)
      const { tellEnd } = await import('../tell-end.js')
      const print = (lines: Iterable<string>): void => this.printLines(lines)
      const report = await resumeShown({
        ...{ session, io, progress, colours, run: args.run, yes: flags.yes, warn },
        tell: (ended, since) => tellEnd({ report: ended, since, session, colours, json, print }),
      })
      io.exit(report?.exit ?? 3)
    })
  }
}

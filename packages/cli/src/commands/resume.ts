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
      const input = { session, io, progress, colours, run: args.run, yes: flags.yes, warn }
      const resumed = await resumeShown(input)
      if (resumed === undefined) return io.exit(3)
      const { report, since } = resumed
      if (json) this.printJson({ ...report, ...(since.length > 0 && { not_honoured: since }) })
      else {
        const { freeingOf } = await import('../enable/freeing.js')
        const { summaryText } = await import('../views/report-text.js')
        this.print('\n')
        this.printLines(summaryText(report, colours, freeingOf(session)))
        const { notHonouredText } = await import('../views/plan-text.js')
        this.printLines(notHonouredText(since, colours))
      }
      io.exit(report.exit)
    })
  }
}

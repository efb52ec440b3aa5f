import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { configFlags, outputFlags } from '../flags.js'

export default class Show extends BaseCommand {
  static override summary = 'Show how a run went, from its journal'
  static override description =
    'Prints the report that the run ended with, or how far it is. Reads the journal only: no node is asked.'
  static override examples = [
    '<%= config.bin %> show last',
    '<%= config.bin %> show 20261122T111547-k3f9q2 --events',
  ]
  static override args = {
    run: Args.string({
      description: 'Id of the run, the beginning of one, or `last`',
      required: true,
    }),
  }
  static override flags = {
    ...configFlags,
    ...outputFlags,
    events: Flags.boolean({ description: 'Print its events instead, one JSON object a line' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Show)
    const { reportFromJournal } = await import('@choirmaster/core')
    const { findRun } = await import('../find-run.js')
    const { eachEvent } = await import('../read-events.js')
    await this.withSession(flags, ['store'], async (session) => {
      const store = await session.openStore()
      const events = eachEvent(store, await findRun(store, args.run, 'RUN'))
      if (flags.events) {
        for await (const event of events) this.printLines([JSON.stringify(event)])
        return
      }
      const report = await reportFromJournal(events)
      if (this.json) return this.printJson(report)
      const { reportText } = await import('../views/report-text.js')
      this.printLines(reportText(report, this.colours(this.io.stdout, session)))
    })
  }
}

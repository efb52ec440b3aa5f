import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { configFlags, outputFlags } from '../flags.js'

export default class Show extends BaseCommand {
  static override summary = 'Show how a run went, from its journal'
  static override args = {
    run: Args.string({ description: 'Id of the run', required: true }),
  }
  static override flags = {
    ...configFlags,
    ...outputFlags,
    events: Flags.boolean({ description: 'Print its events instead, one JSON object a line' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Show)
    const { reportFromEvents } = await import('@choirmaster/core')
    const { readEvents } = await import('../read-events.js')
    await this.withSession(flags, ['store'], async (session) => {
      const events = await readEvents(await session.openStore(), args.run)
      if (flags.events) return this.printLines(events.map((event) => JSON.stringify(event)))
      const report = reportFromEvents(events)
      if (this.json) return this.printJson(report)
      const { reportText } = await import('../views/report-text.js')
      this.printLines(reportText(report, this.colours(this.io.stdout, session)))
    })
  }
}

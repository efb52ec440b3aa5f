import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import type { ConfigFlags } from '../config/flag-settings.js'
import { configFlags, outputFlags, transportFlags } from '../flags.js'

export default class Show extends BaseCommand {
  static override summary = 'Show how a run went, from its journal'
  static override description =
    'Prints the report that the run ended with, or how far it is; with `--follow` what happens until it ends, whatever machine it is on. Reads the journal only: no node is asked, and the run knows nothing of it.'
  static override examples = [
    '<%= config.bin %> show last',
    '<%= config.bin %> show last --follow',
    '<%= config.bin %> show 20261122T111547-k3f9q2 --events',
  ]
  static override args = {
    run: Args.string({
      description: 'Id of the run, the beginning of one, or `last`',
      required: true,
    }),
  }
  static override flags = {
    ...transportFlags,
    ...configFlags,
    ...outputFlags,
    follow: Flags.boolean({
      char: 'f',
      description:
        'Print what happened and what happens until the run ends, and exit with its code; with --json its events, one a line',
    }),
    events: Flags.boolean({ description: 'Print its events instead, one JSON object a line' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Show)
    if (flags.follow) return this.follow(args.run, flags)
    const { findRun } = await import('../find-run.js')
    const { eachEvent } = await import('../read-events.js')
    const { reportSoFar } = await import('../report-so-far.js')
    await this.withSession(flags, ['store'], async (session) => {
      const store = await session.openStore()
      const run = await findRun(store, args.run, 'RUN')
      if (flags.events) {
        for await (const event of eachEvent(store, run)) this.printLines([JSON.stringify(event)])
        return
      }
      const colours = this.colours(this.io.stdout, session)
      const { report, holder } = await reportSoFar(store, run, colours)
      if (this.json) return this.printJson(report)
      const { reportText } = await import('../views/report-text.js')
      this.printLines(reportText(report, colours, holder))
    })
  }

  private async follow(word: string, flags: ConfigFlags & { readonly events?: boolean }) {
    const { io } = this
    const json = this.json || flags.events === true
    const { followRun } = await import('../follow/follow-run.js')
    const { refusal } = await import('../refusal.js')
    await this.withSession(flags, ['store'], async (session) => {
      const colours = this.colours(io.stdout, session)
      const { exit, report } = await followRun({ session, io, colours, word, json })
      if (report !== undefined && !json) {
        const refused = refusal(report, true)
        if (refused !== undefined) throw refused
        const { isUntouched, summaryText } = await import('../views/report-text.js')
        if (!isUntouched(report)) {
          this.print('\n')
          this.printLines(summaryText(report, colours))
        }
      }
      io.exit(exit)
    })
  }
}

import type { ListedRun } from '@choirmaster/core/provide'
import { BaseCommand } from '../base-command.js'
import { configFlags, outputFlags, transportFlags } from '../flags.js'

export default class Runs extends BaseCommand {
  static override summary = 'List past and present runs, newest first'
  static override description =
    'A run without an end in its journal is `unfinished`: it goes on at the moment, or its process is gone.'
  static override examples = ['<%= config.bin %> runs', '<%= config.bin %> runs --json']
  static override flags = { ...transportFlags, ...configFlags, ...outputFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Runs)
    const { whole } = await import('../site-plan.js')
    const { withProgress } = await import('../views/progress.js')
    const { runsText } = await import('../views/runs-text.js')
    await this.withSession(flags, ['store'], async (session) => {
      const store = await session.openStore()
      const runs: ListedRun[] = []
      await withProgress({ io: this.io, session, what: 'Reading the list of runs' }, async () => {
        for await (const run of store.list(whole)) runs.push(run)
      })
      if (this.json) this.printJson(runs)
      else this.printLines(runsText(runs))
    })
  }
}

import type { RunHeader } from '@choirmaster/core/provide'
import { BaseCommand } from '../base-command.js'
import { configFlags, outputFlags } from '../flags.js'

export default class Runs extends BaseCommand {
  static override summary = 'List past and present runs, newest first'
  static override flags = { ...configFlags, ...outputFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Runs)
    const { whole } = await import('../site-plan.js')
    const { runsText } = await import('../views/runs-text.js')
    await this.withSession(flags, ['store'], async (session) => {
      const store = await session.openStore()
      const runs: RunHeader[] = []
      for await (const header of store.list(whole)) runs.push(header)
      if (this.json) this.printJson(runs)
      else this.printLines(runsText(runs))
    })
  }
}

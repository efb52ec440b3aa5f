import type { Check } from '@choirmaster/core/provide'
import { BaseCommand } from '../base-command.js'
import { EXIT_DONE, EXIT_UNUSABLE } from '../exit-codes.js'
import {
  configFlags,
  nodeFlags,
  outputFlags,
  sourceFlags,
  transportFlags,
  witnessFlag,
} from '../flags.js'

export default class Doctor extends BaseCommand {
  static override summary = 'Find out what would keep a run from reaching, running or judging nodes'
  static override description =
    'Looks at the configuration, the certificate, the brokers, the graph, and at some nodes: their clocks, what we may do there, and what spoils verdicts. Changes nothing.'
  static override examples = [
    '<%= config.bin %> doctor --site site.yaml',
    '<%= config.bin %> doctor -I db1.example.net --json',
  ]
  static override flags = {
    ...nodeFlags,
    ...sourceFlags,
    ...transportFlags,
    ...witnessFlag,
    ...configFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const { json, io } = this
    const { namedNodes } = await import('../nodes/named-nodes.js')
    const { doctor } = await import('../doctor/doctor.js')
    const views = await import('../views/doctor-text.js')
    const named = await namedNodes(flags.node ?? [], io.cwd)
    await this.withSession(flags, ['transport', 'agent'], async (session) => {
      const colours = this.colours(io.stdout, session)
      const checks: Check[] = []
      for await (const check of doctor(session, named)) {
        checks.push(check)
        if (!json) this.printLines(views.checkLines(check, colours))
      }
      if (json) this.printJson(views.doctorObject(checks))
      else this.printLines(['', views.doctorSummary(checks)])
      io.exit(views.isWell(checks) ? EXIT_DONE : EXIT_UNUSABLE)
    })
  }
}

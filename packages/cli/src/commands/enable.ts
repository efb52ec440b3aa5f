import { Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { fail } from '../errors.js'
import { configFlags, outputFlags, transportFlags, yesFlag } from '../flags.js'

export default class Enable extends BaseCommand {
  static override summary = 'Enable the nodes that a run left disabled'
  static override description =
    "Asks each node for its disable message and enables it only when the message is the run's. Needs nothing else than the nodes' own messages: any machine and any permitted operator can do it."
  static override examples = [
    '<%= config.bin %> enable --run last',
    '<%= config.bin %> enable --run 20261122T111547-k3f9q2 --node db1.example.net --yes',
  ]
  static override flags = {
    run: Flags.string({
      description: 'Id of the run, the beginning of one, or `last`',
      helpValue: 'RUN',
      required: true,
    }),
    node: Flags.string({
      description: 'Only this node (repeatable); default: the nodes of the run, or all that answer',
      helpValue: 'NODE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...transportFlags,
    ...configFlags,
    ...yesFlag,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Enable)
    if (!flags.yes && !this.io.canAsk) {
      throw fail('usage-needs-yes', {
        message: 'There is no terminal to ask at before nodes are enabled',
        place: '--yes',
      })
    }
    const { json, io } = this
    const { enableRun } = await import('../enable/enable-run.js')
    const { releaseExit, releaseText } = await import('../views/release-text.js')
    await this.withSession(flags, ['transport', 'agent', 'store'], async (session) => {
      const named = flags.node ?? []
      const report = await enableRun({ session, io, run: flags.run, named, yes: flags.yes })
      if (json) this.printJson(report)
      else this.printLines(releaseText(report, this.colours(io.stdout, session)))
      io.exit(releaseExit(report))
    })
  }
}

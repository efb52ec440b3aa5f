import { Args } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { EXIT_DONE, EXIT_NOT_ALL } from '../exit-codes.js'
import { configFlags, nodeFlags, outputFlags, selectionFlags, transportFlags } from '../flags.js'

export default class Status extends BaseCommand {
  static override summary =
    'Show which nodes are disabled and by whom, which run Puppet, and when each last did'
  static override description =
    "What the nodes' own messages say, problems first: nothing else is asked, and nothing is changed."
  static override examples = [
    '<%= config.bin %> status --site site.yaml',
    '<%= config.bin %> status -I db1.example.net --json',
  ]
  static override args = {
    planfile: Args.string({
      description:
        'Plan file whose nodes are asked; default: the nodes of the site, or all that answer',
    }),
  }
  static override flags = {
    ...nodeFlags,
    ...selectionFlags,
    ...transportFlags,
    ...configFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Status)
    const { planfile } = args
    const { json, io } = this
    const { namedNodes } = await import('../nodes/named-nodes.js')
    const { nodeStates } = await import('../nodes/node-states.js')
    const { targetNodes } = await import('../nodes/target-nodes.js')
    const { statusObject, statusText } = await import('../views/status-text.js')
    const named = await namedNodes(flags.node ?? [], io.cwd)
    const { readPlanFile } = await import('../planfile/read.js')
    const file =
      planfile === undefined ? undefined : await readPlanFile(this.path(planfile), planfile)
    await this.withSession(flags, ['transport', 'agent'], async (session) => {
      const { nodes } = await targetNodes({ session, flags, named, file })
      const states = await nodeStates(await session.openAgent(), nodes)
      if (json) this.printJson(statusObject(states))
      else this.printLines(statusText(states, this.colours(io.stdout, session)))
      const all = states.length > 0 && states.every(({ problem }) => !problem)
      if (states.length === 0 && !json) {
        const { NOBODY } = await import('../views/ping-text.js')
        this.note(NOBODY[session.simulated ? 'simulated' : 'real'])
      }
      io.exit(all ? EXIT_DONE : EXIT_NOT_ALL)
    })
  }
}

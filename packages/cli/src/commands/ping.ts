import { BaseCommand } from '../base-command.js'
import { EXIT_DONE, EXIT_NOT_ALL } from '../exit-codes.js'
import { configFlags, outputFlags, transportFlags } from '../flags.js'
import type { PingReply } from '../views/ping-text.js'

export default class Ping extends BaseCommand {
  static override summary = 'Ask all nodes of the collective whether they are there'
  static override description =
    'One broadcast; each node that answers is printed with how long it took. Nothing is changed and no permission is needed.'
  static override examples = ['<%= config.bin %> ping', '<%= config.bin %> ping -T uk --json']
  static override flags = { ...transportFlags, ...configFlags, ...outputFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Ping)
    const { json, io } = this
    const { discoverNodes, EVERY_SERVER } = await import('../nodes/discover-nodes.js')
    const { NOBODY, pingObject, replyLine, summaryLines } = await import('../views/ping-text.js')
    await this.withSession(flags, ['transport'], async (session) => {
      const { clock } = session
      const transport = await session.openTransport()
      const started = clock.now()
      const replies: PingReply[] = []
      for await (const node of discoverNodes(transport, EVERY_SERVER)) {
        const reply = { node, ms: clock.now() - started }
        replies.push(reply)
        if (!json) this.print(`${replyLine(reply)}\n`)
      }
      if (json) this.printJson(pingObject(replies))
      else this.printLines(summaryLines(replies))
      if (replies.length === 0 && !json) this.note(NOBODY[session.simulated ? 'simulated' : 'real'])
      io.exit(replies.length > 0 ? EXIT_DONE : EXIT_NOT_ALL)
    })
  }
}

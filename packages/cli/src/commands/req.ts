import type { Answer, RpcRequest } from '@choirmaster/core/provide'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { fail } from '../errors.js'
import { EXIT_DONE, EXIT_NOT_ALL } from '../exit-codes.js'
import { configFlags, nodeFlags, outputFlags, transportFlags } from '../flags.js'
import type { Session } from '../session.js'

/** The puppet agent's 20 s (DDL of plugin 2.5.0) and the way there and back. */
const TIMEOUT_S = 22

export default class Req extends BaseCommand {
  static override summary = 'Send one request to an agent on nodes, and print the replies'
  static override description =
    'Does what is asked at once and asks nothing back, as `choria req` does. Only nodes that are named get the request.'
  static override examples = [
    '<%= config.bin %> req puppet status -I db1.example.net -I web1.example.net',
    "<%= config.bin %> req puppet disable message='back at 14:00' -I @nodes.txt --json",
  ]
  static override args = {
    agent: Args.string({ description: 'Agent, such as puppet or rpcutil', required: true }),
    action: Args.string({ description: 'Its action, such as status', required: true }),
    inputs: Args.string({
      description: 'Inputs KEY=VALUE; a VALUE is JSON where it can be read as such, else text',
      multiple: true,
    }),
  }
  static override flags = {
    ...nodeFlags,
    timeout: Flags.integer({
      description: `How long replies are waited for, seconds; default: ${TIMEOUT_S}`,
      helpValue: 'SECONDS',
      default: TIMEOUT_S,
      min: 1,
      max: 86_400,
    }),
    ...transportFlags,
    ...configFlags,
    ...outputFlags,
    json: Flags.boolean({
      description: 'Print one JSON object a node and nothing else on standard output',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Req)
    const { agent, action } = args
    const { namedNodes } = await import('../nodes/named-nodes.js')
    const { parseInputs } = await import('../req/inputs.js')
    const { mayChange } = await import('../req/changes.js')
    const data = parseInputs(agent, action, args.inputs ?? [])
    const nodes = await namedNodes(flags.node ?? [], this.io.cwd)
    if (nodes.length === 0) {
      throw fail('req-no-nodes', {
        message: `No node is named, and ${agent} ${action} is not sent to all`,
        place: '-I',
      })
    }
    const timeoutMs = flags.timeout * 1000
    const request = { agent, action, data, nodes, timeoutMs, changes: mayChange(agent, action) }
    await this.withSession(flags, ['transport'], (session) => this.ask(session, request))
  }

  private async ask(session: Session, request: RpcRequest): Promise<void> {
    const { json, io } = this
    const colours = this.colours(io.stdout, session)
    const { allWell, askNodes } = await import('../req/ask-nodes.js')
    const { replyText, tallyText } = await import('../views/req-text.js')
    const show = (answer: Answer): void => {
      if (json) this.printJson(answerObject(answer))
      else if (answer.kind === 'reply') this.printLines(replyText(answer, colours))
    }
    const transport = await session.openTransport()
    const tally = await askNodes(transport, request, session.clock, show)
    if (!json) {
      this.printLines(tallyText(tally, request.changes, colours))
      if (tally.denied) {
        const { policyHint } = await import('../views/policy-line.js')
        const { agent, action } = request
        this.note(`Hint: ${policyHint(agent, transport.caller, [action])}`)
      }
    }
    io.exit(allWell(tally) ? EXIT_DONE : EXIT_NOT_ALL)
  }
}

/** A node's answer under `--json`. */
function answerObject(answer: Answer): object {
  const { node } = answer
  if (answer.kind === 'silence') return { node, silence: answer.why }
  return { node, code: answer.code, text: answer.text, data: answer.data }
}

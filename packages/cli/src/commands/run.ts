import type { Kind } from '@choirmaster/core/provide'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { fail } from '../errors.js'
import {
  configFlags,
  engineFlags,
  outputFlags,
  selectionFlags,
  transportFlags,
  witnessFlag,
  yesFlag,
} from '../flags.js'
import type { Prepared } from '../prepare-run.js'
import type { Session } from '../session.js'

interface ExecuteInput {
  readonly yes: boolean
  readonly planfile: string | undefined
  readonly adopt: string | undefined
}

export default class Run extends BaseCommand {
  static override summary = 'Run Puppet on the nodes, in order'
  static override description =
    'Looks at all nodes first and touches nothing; asks; then disables them, runs Puppet group by group, judges each run by what the node says of it, and enables what may be enabled.'
  static override examples = [
    '<%= config.bin %> run --site site.yaml --batch 1',
    '<%= config.bin %> run app1.plan.json --yes --json',
  ]
  static override args = {
    planfile: Args.string({ description: 'Plan file of `plan --out`; default: plan now' }),
  }
  static override flags = {
    ...selectionFlags,
    ...engineFlags,
    ...transportFlags,
    ...witnessFlag,
    ...configFlags,
    adopt: Flags.string({
      description:
        'Take over the nodes that this earlier run left disabled: its id, the beginning of one, or `last`',
      helpValue: 'RUN',
    }),
    ...yesFlag,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Run)
    const { planfile } = args
    if (!flags.yes && !this.io.canAsk)
      throw fail('usage-needs-yes', {
        message: 'There is no terminal to ask at before nodes are touched',
        place: '--yes',
      })
    const { prepareFromFile, prepareFromSite, refuseFixedFlags, refuseSenseless } =
      await import('../prepare-run.js')
    if (planfile !== undefined) refuseFixedFlags(flags)
    const { withProgress } = await import('../views/progress.js')
    const { readPlanFile } = await import('../planfile/read.js')
    const file =
      planfile === undefined ? undefined : await readPlanFile(this.path(planfile), planfile)
    const acting: readonly Kind[] = ['transport', 'agent', 'store', 'witness', 'reporter']
    const kinds: readonly Kind[] = file === undefined ? ['catalog', ...acting] : acting
    await this.withSession(flags, kinds, async (session) => {
      const prepared = await withProgress(
        { io: this.io, session, what: 'Reading the graph' },
        () =>
          file === undefined
            ? prepareFromSite(session, flags)
            : prepareFromFile(session, file, planfile ?? ''),
      )
      refuseSenseless(prepared, !flags.yes)
      await this.execute(session, prepared, {
        ...{ yes: flags.yes, planfile, adopt: flags.adopt },
      })
    })
  }

  private async execute(
    session: Session,
    prepared: Prepared,
    { yes, planfile, adopt }: ExecuteInput,
  ): Promise<void> {
    const { json, io } = this
    const progress = json ? io.stderr : io.stdout
    const colours = this.colours(progress, session)
    const warn = (line: string): void => this.note(line)
    const { pastOfPlan } = await import('../past/past-of-plan.js')
    const past = await pastOfPlan(session, prepared.plan.nodes, warn)
    if (!json) {
      const { planText } = await import('../views/plan-text.js')
      const { pastText } = await import('../views/past-text.js')
      this.printLines(planText(prepared.plan, prepared.options, colours))
      this.printLines(pastText(past))
      this.print('\n')
    }
    const { showRun } = await import('../show-run.js')
    const { tellEnd } = await import('../tell-end.js')
    const { refusal } = await import('../refusal.js')
    const { edgesSince } = await import('../edges-since.js')
    const report = await showRun({
      ...{ session, ...prepared, io, progress, colours, yes, adopt, past },
      atEnd: (ended, left) =>
        tellEnd({
          ...{ report: ended, session, colours, json },
          refused: refusal(ended, !json),
          since: () => edgesSince({ session, ...prepared, place: planfile, left, warn }),
          print: (lines) => this.printLines(lines),
        }),
    })
    io.exit(report.exit)
  }
}

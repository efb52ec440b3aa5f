import { Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { fail } from '../errors.js'
import { configFlags, engineFlags, outputFlags, selectionFlags, transportFlags } from '../flags.js'
import type { Session } from '../session.js'

export default class Plan extends BaseCommand {
  static override summary = 'Show which nodes are run in which order, and why'
  static override description =
    'Reads the graph of an environment and prints its node groups in run order. Touches no node.'
  static override examples = [
    '<%= config.bin %> plan --site site.yaml',
    "<%= config.bin %> plan --instance 'Lamp[app1]' --out app1.plan.json",
  ]
  static override flags = {
    ...selectionFlags,
    ...engineFlags,
    ...transportFlags,
    ...configFlags,
    ...outputFlags,
    out: Flags.string({
      description: 'Write a plan file, for `run FILE` after a review',
      helpValue: 'FILE',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Plan)
    const { planDocument } = await import('@choirmaster/core')
    const { planSite, selectionOf } = await import('../site-plan.js')
    const { withNoop } = await import('../prepare-run.js')
    const { withProgress } = await import('../views/progress.js')
    await this.withSession(flags, ['catalog'], async (session) => {
      const catalog = session.catalogChoice()
      if (flags.out !== undefined) await refuseSecrets(session)
      const plan = await withProgress({ io: this.io, session, what: 'Reading the graph' }, () =>
        planSite(session, selectionOf(flags), catalog),
      )
      const options = withNoop(session.optionsFor(plan), flags)
      if (flags.out !== undefined) {
        const { writePlanFile } = await import('../planfile/write.js')
        const content = { plan: planDocument(plan), options, catalog }
        await writePlanFile(this.path(flags.out), content)
      }
      if (this.json) return this.printJson(planDocument(plan))
      const { planText } = await import('../views/plan-text.js')
      this.printLines(planText(plan, options, this.colours(this.io.stdout, session)))
      if (flags.out !== undefined) {
        this.note(`Plan file written: run it with \`choirmaster run ${flags.out}\``)
      }
    })
  }
}

/** A plan file is reviewed, mailed and kept. */
async function refuseSecrets(session: Session): Promise<void> {
  const [secret] = await session.secretsOf(session.catalogChoice())
  if (secret === undefined) return
  throw fail('planfile-secret', {
    message: `The option catalog.${secret} holds a secret, so no plan file is written`,
    place: `catalog.${secret}`,
  })
}

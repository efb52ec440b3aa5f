import { Flags } from '@oclif/core'
import type { RunReport } from '@choirmaster/core'
import { BaseCommand } from '../base-command.js'
import { EXIT_DONE, EXIT_NOT_ALL } from '../exit-codes.js'
import { configFlags, engineFlags, outputFlags, selectionFlags } from '../flags.js'
import type { Past } from '../past/read-past.js'
import type { Session } from '../session.js'

/** Their reports are held in memory. */
const MOST_RUNS = 10_000

export default class Simulate extends BaseCommand {
  static override summary = 'Say how a run would go: how long, and what would be skipped'
  static override description =
    'Runs the plan of the site on a simulated fleet, in virtual time. Touches no node, writes no journal and takes no lock. Run times are those of past runs where the store holds any; a scenario says what goes wrong.'
  static override examples = [
    '<%= config.bin %> simulate --site site.yaml --seed 7',
    '<%= config.bin %> simulate --site site.yaml --scenario bad-night.yaml --runs 100',
  ]
  static override flags = {
    ...selectionFlags,
    ...engineFlags,
    scenario: Flags.string({
      description: 'What goes wrong on which nodes; default: nothing',
      helpValue: 'FILE',
    }),
    seed: Flags.integer({
      description: 'Everything random is drawn from it; the same seed gives the same run',
      helpValue: 'N',
      default: 1,
      min: 1,
      // Whole numbers above 2^53 are not all there: two seeds would be the same one.
      max: Number.MAX_SAFE_INTEGER - MOST_RUNS,
    }),
    runs: Flags.integer({
      description: 'So many runs, with seeds from the first on: median and 90 % of their times',
      helpValue: 'N',
      default: 1,
      min: 1,
      max: MOST_RUNS,
    }),
    ...configFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Simulate)
    const { prepareFromSite, refuseSenseless } = await import('../prepare-run.js')
    const { withProgress } = await import('../views/progress.js')
    const { simulateSite } = await import('../simulate/simulate-site.js')
    const { simulationOf } = await import('../simulate/simulation.js')
    const { programsOf } = await import('../gate/programs.js')
    const { seed, runs } = flags
    await this.withSession(flags, ['catalog', 'store'], async (session) => {
      const what = 'Reading the graph'
      const prepared = await withProgress({ io: this.io, session, what }, () =>
        prepareFromSite(session, flags),
      )
      refuseSenseless(prepared, true)
      const { readScenario } = await import('@choirmaster/simulator')
      const scenario =
        flags.scenario === undefined ? {} : await readScenario(flags.scenario, this.io.cwd)
      const read = await this.past(session)
      const { knownOf } = await import('../past/past-of-plan.js')
      const past = knownOf(prepared.plan.nodes, read)
      const { runs: times } = read
      const input = { ...prepared, scenario, runs: times, past, at: session.clock.now() }
      // Programs of checks belong to the real nodes, so none is run.
      if (programsOf(prepared.options.gate).length > 0)
        this.note('No program of a check is run: each is taken to pass')
      const reports: RunReport[] = []
      await withProgress(
        { io: this.io, session, what: () => `Simulating ${reports.length + 1} of ${runs}` },
        async () => {
          for (let run = 0; run < runs; run++) {
            reports.push(await simulateSite(input, seed + run))
            // Virtual time leaves the event loop no turn in which anything is drawn.
            await new Promise((drawn) => setImmediate(drawn))
          }
        },
      )
      const known = prepared.plan.nodes.filter((node) => times.has(node)).length
      const simulation = simulationOf(reports, seed, known)
      if (this.json) this.printJson(simulation)
      else {
        const { simulationText } = await import('../views/simulation-text.js')
        this.printLines(simulationText(simulation))
      }
      const good = simulation.results.succeeded === runs
      this.io.exit(good ? EXIT_DONE : EXIT_NOT_ALL)
    })
  }

  /** Without a past the run can be simulated all the same. */
  private async past(session: Session): Promise<Past> {
    const { readPast } = await import('../past/read-past.js')
    const { SIMULATED_CALLER: simulated } = await import('@choirmaster/simulator')
    try {
      return await readPast(await session.openStore(), { simulated })
    } catch (error) {
      const { message } = error as Error
      this.note(`Past runs cannot be read, so run times are assumed: ${message}`)
      return { runs: new Map(), before: undefined }
    }
  }
}

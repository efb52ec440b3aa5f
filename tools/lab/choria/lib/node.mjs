// A node of a network as a test sees it: what its stand-in agent is told to do, and what it did.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { policyFile } from './policy.mjs'

/**
 * How the next runs of a node go. `outcome`:
 * - `changed` (the default), `unchanged`: good ends
 * - `failed`: a resource fails
 * - `cached`: the catalog does not compile and the cached one is applied
 * - `nocatalog`: the same without a cached one
 * - `killed`: the process is killed halfway and leaves its lock behind
 * - `never`: the process ends before it takes the lock
 * - `silent`: the agent answers nothing any more from the run's start on
 *
 * @typedef {object} Scenario
 * @property {'changed' | 'unchanged' | 'failed' | 'cached' | 'nocatalog' | 'killed' | 'never' | 'silent'} [outcome]
 * @property {number} [before] seconds from the request until the run takes its lock; 0.3
 * @property {number} [apply] seconds from then to its end; 0.7
 * @property {string} [lock] message with which an operator disables the node while the run is on
 */

/**
 * @typedef {object} RunNote a line of what the node itself records of its runs
 * @property {number} at milliseconds since 1970
 * @property {number} pid
 * @property {'requested' | 'start' | 'end' | 'killed' | 'never started' | 'disabled before it started' | 'another run is on'} what
 * @property {string} outcome as the scenario said
 * @property {string} options of `puppet agent`
 */

/**
 * The real Puppet of a node, in place of the stand-in's runs.
 * @typedef {object} Puppet
 * @property {string} state Puppet's statedir
 * @property {string} summary its last_run_summary.yaml
 * @property {readonly string[]} command `puppet agent`, ending with what no other node's has
 */

/** @typedef {ReturnType<typeof labNode>} LabNode */

/** @param {string} folder of the node: FOLDER/nodes/NAME @param {Puppet} [puppet] */
export function labNode(folder, puppet) {
  const state = puppet?.state ?? join(folder, 'state')
  const lockFile = join(state, 'agent_disabled.lock')
  return {
    folder,
    /** Files of the stand-in agent, or of Puppet. */
    state,
    /** What command lines of the node's runs hold. */
    mark: puppet?.command.at(-1) ?? state,
    /** @param {Scenario} scenario */
    script: (scenario) => writeFile(join(state, 'scenario.json'), JSON.stringify(scenario)),
    /** @returns {Promise<readonly RunNote[]>} all runs since the beginning */
    async runs() {
      const text = await readFile(join(state, 'runs.log'), 'utf8').catch(absent(''))
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => /** @type {RunNote} */ (JSON.parse(line)))
    },
    /** Message of the lock; undefined: enabled. @returns {Promise<string | undefined>} */
    async lock() {
      const text = await readFile(lockFile, 'utf8').catch(absent(undefined))
      return text === undefined ? undefined : JSON.parse(text).disabled_message
    },
    /** What `puppet agent --disable MESSAGE` does there. @param {string} message */
    disable: (message) => writeFile(lockFile, JSON.stringify({ disabled_message: message })),
    enable: () => rm(lockFile, { force: true }),
    /** Lets a node that went silent answer again. */
    unmute: () => rm(join(state, 'mute'), { force: true }),
    /** Who may do what from now on; null: no policy file. @param {import('./policy.mjs').Policy | null} policy */
    async permit(policy) {
      const file = join(folder, 'policies', 'puppet.policy')
      await (policy === null ? rm(file, { force: true }) : writeFile(file, policyFile(policy)))
    },
  }
}

/**
 * @template T
 * @param {T} value for a file that is not there
 * @returns {(error: unknown) => T}
 */
function absent(value) {
  return (error) => {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
    return value
  }
}

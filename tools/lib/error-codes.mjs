// Every code that choirmaster prints, from the packages' own tables.
import * as agentPuppet from '@choirmaster/agent-puppet'
import * as catalogFile from '@choirmaster/catalog-file'
import * as catalogPuppet from '@choirmaster/catalog-puppet'
import * as cli from '@choirmaster/cli'
import * as core from '@choirmaster/core'
import * as document from '@choirmaster/document'
import * as puppetCa from '@choirmaster/puppet-ca'
import * as puppetClient from '@choirmaster/puppet-client'
import * as identity from '@choirmaster/puppet-identity'
import * as simulator from '@choirmaster/simulator'
import * as store from '@choirmaster/store-file'
import * as storeNats from '@choirmaster/store-nats'
import * as nats from '@choirmaster/transport-nats'

/**
 * @typedef {{ code: string, title: string, exit: string, hint: string }} Entry
 * @typedef {{ title: string, intro: string, entries: Entry[] }} Section
 */

const LEFT = '5, or 7 while nodes stay disabled'
const NO_EXIT = 'none of its own'

/**
 * What to do about a verdict follows from its result; what decided is in the report's reason.
 * @type {Record<string, { exit: string, hint: string }>}
 */
const VERDICTS = {
  changed: { exit: '0', hint: 'Nothing to do.' },
  unchanged: { exit: '0', hint: 'Nothing to do.' },
  failed: {
    exit: LEFT,
    hint: "Look at Puppet's own report or log on the node, mend the cause, then run again.",
  },
  unknown: {
    exit: LEFT,
    hint: 'Look at the last run of the node: it may have gone well, but nothing proves it. Then run again.',
  },
  unverified: {
    exit: `${LEFT}; 0 with \`--accept-unverified\``,
    hint: 'Let the node record what is missing, or say `--accept-unverified` to let such runs count.',
  },
  again: {
    exit: NO_EXIT,
    hint: 'Nothing to do: it is read again; the node is `unknown` when it stays so.',
  },
  foreign: {
    exit: NO_EXIT,
    hint: 'Nothing to do: the run is requested once more; the node is `unknown` when it stays so.',
  },
}

/** @returns {Section[]} */
export function errorSections() {
  return [
    section(
      'The command',
      'The command line, the configuration, plan files, plugins.',
      tables(cli),
    ),
    section('Graphs, plans and providers', 'Whatever the source of the graph is.', tables(core)),
    section('Files', 'Whatever is read as YAML or JSON.', tables(document)),
    section('Site files', 'The source `file`.', tables(catalogFile)),
    section('Graphs from Puppet', 'The sources `puppet` and `puppetdb`.', tables(catalogPuppet)),
    section(
      'Servers of Puppet',
      'Puppet Server and PuppetDB, whatever is asked of them.',
      tables(puppetClient),
    ),
    section(
      'Certificates',
      "The operator's identity, for Puppet Server and Choria.",
      tables(identity),
    ),
    section('Enrolment', 'How `choirmaster enroll` can end.', tables(puppetCa)),
    section('Choria', 'The transport `nats`.', tables(nats)),
    section('The run store', 'The store `file`.', tables(store)),
    section('The shared run store', 'The store `nats`.', tables(storeNats)),
    section('The simulated fleet', 'The transport `simulator`.', tables(simulator)),
    section(
      'How a run went',
      'In reports: why a run was refused, how a node ended.',
      Object.entries(core.runCodes).map(([code, { title, hint, exit }]) => ({
        ...{ code, title, hint },
        exit: exit === 3 ? '3' : LEFT,
      })),
    ),
    section(
      'What the look finds',
      'Before anything is touched. What is no reason to refuse is told and judged anew after the run.',
      Object.entries({ ...agentPuppet.lookFindings, ...catalogPuppet.graphFindings }).map(
        ([code, { title, hint, blocks }]) => ({
          ...{ code, title, hint },
          exit: blocks ? '3; 5 with `--unready skip`' : NO_EXIT,
        }),
      ),
    ),
    section(
      'What a node answers',
      'The look takes these for findings; later they decide how the node ends, unless it can be asked again.',
      Object.entries(agentPuppet.nodeProblems).map(([code, { title, hint }]) => ({
        ...{ code, title, hint },
        exit: `3 before anything is touched, else ${LEFT}`,
      })),
    ),
    section("The agent's inputs", 'Refused before anything is sent.', agentInputs()),
    section(
      'Verdicts on Puppet runs',
      'What the evidence of a run means, in the order in which the rows are tried.',
      verdicts(),
    ),
  ]
}

/** @param {string} title @param {string} intro @param {Entry[]} entries @returns {Section} */
function section(title, intro, entries) {
  return { title, intro, entries }
}

/**
 * All tables that a package exports: by convention `…Errors`.
 * @param {Record<string, unknown>} module @returns {Entry[]}
 */
function tables(module) {
  return Object.keys(module)
    .filter((name) => name.endsWith('Errors'))
    .sort()
    .flatMap((name) => entriesOf(/** @type {core.ErrorTable} */ (module[name])))
}

/** @param {core.ErrorTable} table @returns {Entry[]} */
function entriesOf(table) {
  return Object.entries(table).map(([code, { title, hint, exit }]) => ({
    ...{ code, title, hint },
    exit: String(exit),
  }))
}

function agentInputs() {
  return entriesOf(agentPuppet.agentPuppetErrors).filter(
    ({ code }) => !(code in agentPuppet.nodeProblems),
  )
}

/** @returns {Entry[]} */
function verdicts() {
  const noEvidence = {
    code: 'puppet-no-evidence',
    title: 'The last run summary of the node could not be read',
    result: 'unknown',
  }
  return [noEvidence, ...agentPuppet.verdictRules, ...agentPuppet.reportRules].map(
    ({ code, title, result }) => {
      const { exit, hint } = /** @type {{ exit: string, hint: string }} */ (VERDICTS[result])
      return { code, title: `${title} (${result})`, exit, hint }
    },
  )
}

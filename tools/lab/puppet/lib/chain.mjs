// The whole chain with every part real: the command, the graph and the reports from PuppetDB, requests over Choria's
// broker and servers, and Puppet's own runs on four nodes. Needs a build of the packages.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { puppet, RUN } from './nodes.mjs'
import { locks, reportOf, shown, withOperator } from './operator.mjs'
import {
  DB,
  deployShop,
  ENVIRONMENT,
  forgetWork,
  LB,
  NODES,
  WEB1,
  WEB2,
  workDone,
} from './shop.mjs'

const SIDE_BY_SIDE = [WEB1, WEB2]

/** @typedef {import('./settings.mjs').Ports} Ports */
/** @typedef {import('../../choria/lib/network.mjs').Network} Network */
/** @typedef {import('@choirmaster/core').RunReport} RunReport */

/** @param {string} lab @param {Ports} ports */
export async function checkChain(lab, ports) {
  deployShop(lab)
  await withOperator(lab, ports, ENVIRONMENT, async (network) => {
    await good(network, lab)
    await broken(network, lab)
  })
}

/** A run that goes well. @param {Network} network @param {string} lab */
async function good(network, lab) {
  forgetWork(lab)
  equal(await shown(network, ['run', '--yes']), 0)
  const report = await reportOf(network)
  deepEqual([report.result, report.counts], ['succeeded', { changed: 4 }])
  deepEqual(report.left_disabled, {})
  deepEqual(await locks(network), {})
  const done = workDone(lab)
  deepEqual([...done.map(({ node }) => node)].sort(), [...NODES].sort())
  inOrder(Object.fromEntries(done.map(({ node, begin, end }) => [node, { begin, end }])))
  for (const { node, disabled } of done) {
    const runs = SIDE_BY_SIDE.includes(node) ? SIDE_BY_SIDE : [node]
    const held = NODES.filter((one) => !runs.includes(one))
    deepEqual(
      held.filter((one) => !disabled.includes(one)),
      [],
      `while ${node} ran`,
    )
    ok(!disabled.includes(node), node)
  }
  inOrder(Object.fromEntries(NODES.map((node) => [node, reportedBy(report, node)])))
  console.log(
    '\nThe order is that of the graph, by the work of the runs and by their reports in PuppetDB;',
  )
  console.log('the nodes of other groups were disabled whenever one ran; all are enabled again\n')
}

/** @param {Record<string, { begin: number, end: number }>} runs */
function inOrder(runs) {
  const [db, web1, web2, lb] = /** @type {{ begin: number, end: number }[]} */ (
    NODES.map((node) => runs[node])
  )
  for (const web of [web1, web2]) {
    ok(db && web && lb)
    ok(db.end < web.begin, `the database first: ${JSON.stringify(runs)}`)
    ok(web.end < lb.begin, `the balancer last: ${JSON.stringify(runs)}`)
  }
}

/** What PuppetDB says of the run that was judged. @param {RunReport} report @param {string} node */
function reportedBy({ nodes }, node) {
  const seen = /** @type {any} */ (nodes[node])?.evidence.report
  deepEqual([seen.status, seen.cached, seen.environment], ['changed', 'not_used', ENVIRONMENT])
  return { begin: seen.start * 1000, end: seen.end * 1000 }
}

/** A run of a site whose code does not compile on one node, which Puppet hides behind its cached catalog. @param {Network} network @param {string} lab */
async function broken(network, lab) {
  deployShop(lab, { broken: WEB1 })
  forgetWork(lab)
  equal(await shown(network, ['run', '--yes']), 7)
  const report = await reportOf(network)
  equal(report.result, 'failed')
  const results = NODES.map((node) => report.nodes[node]?.result)
  deepEqual(results, ['changed', 'failed', 'changed', 'skipped'])
  equal(report.nodes[WEB1]?.code, 'puppet-stale-catalog')
  equal(/** @type {any} */ (report.nodes[WEB1])?.evidence.report.cached, 'on_failure')
  equal(report.nodes[LB]?.because, WEB1)
  const order = workDone(lab).map(({ node }) => node)
  deepEqual([order[0], [...order].sort()], [DB, [DB, WEB1, WEB2].sort()])

  deepEqual(Object.keys(report.left_disabled).sort(), [...NODES].sort())
  const held = Object.fromEntries(NODES.map((node) => [node, report.lock_text]))
  deepEqual(await locks(network), held)
  const refused = puppetRefuses(lab, LB)
  match(refused, /administratively disabled.*choirmaster run=/s)
  console.log(
    `\nOne application, so all four nodes stay disabled and are named, and Puppet itself refuses:\n  ${refused.trim()}\n`,
  )

  equal(await shown(network, ['enable', '--run', report.run, '--yes']), 0)
  deepEqual(await locks(network), {})
  console.log('\nAll are enabled again')
}

/** What Puppet says where somebody runs it by hand. @param {string} lab @param {string} node */
function puppetRefuses(lab, node) {
  try {
    puppet(lab, node, RUN)
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error)
    return `${stdout}${stderr}`
  }
  throw new Error(`Puppet ran on ${node}, which is disabled`)
}

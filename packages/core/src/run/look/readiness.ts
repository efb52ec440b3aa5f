import type { Finding } from '../../providers/agent.js'
import type { RunCode } from '../codes.js'
import type { LeftNode, Readiness } from '../events.js'
import type { EngineOptions } from '../options.js'
import type { NodeResult } from '../report-types.js'
import type { NodeState } from '../state.js'

/** Whether a node that was sorted so may be run. Busy and failing ones may: they are waited for, and judged anew. */
export function isProvisional(
  readiness: Readiness | null,
  options: EngineOptions,
  witnessed: boolean,
): boolean {
  if (readiness === 'not-provable') return options.acceptUnverified || witnessed
  return readiness === 'ready' || readiness === 'busy' || readiness === 'failing'
}

const SENTENCES: Readonly<Record<Readiness, string>> = {
  ready: 'ready',
  busy: 'a Puppet run is applying',
  failing: 'its last run failed',
  disabled: 'disabled by somebody else',
  ours: 'disabled by an earlier run of Choirmaster',
  'not-connected': 'not connected',
  'no-answer': 'did not answer',
  'not-provable': 'a run could not be proven',
  refused: 'refuses',
}

/** What the report says of a node that the look left out. */
export function readinessOutcome(node: NodeState, result: NodeResult): Omit<LeftNode, 'node'> {
  const readiness = node.readiness ?? 'no-answer'
  const finding = worst(node.findings)
  return {
    result,
    code: finding?.code ?? ('node-not-ready' satisfies RunCode),
    reason: finding?.message ?? SENTENCES[readiness],
  }
}

function worst(findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.blocks) ?? findings[0]
}

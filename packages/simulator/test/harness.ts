import type { Answer, Notice, RpcRequest } from '@choirmaster/core/provide'
import { virtualClock, type VirtualClock } from '../src/clock/virtual-clock.js'
import type { FleetLogEntry } from '../src/fleet/fleet-log.js'
import type { FaultEntry, Scenario } from '../src/scenario/scenario.js'
import { simulatedFleet, type SimulatedFleet } from '../src/simulated-fleet.js'

export const START = 1_800_000_000_000
export const NODE = 'node1.example.net'

type Data = RpcRequest['data']
type Fields = Readonly<Record<string, unknown>>
export type Said = { readonly code: number; readonly text: string; readonly data: Fields }

export interface Lab {
  readonly clock: VirtualClock
  readonly fleet: SimulatedFleet
  readonly notices: readonly Notice[]
  /** All answers to one request. */
  all(action: string, data?: Data, more?: Partial<RpcRequest>): Promise<readonly Answer[]>
  /** The reply of the one node; a silence gives its reason as `text` and code -1. */
  ask(action: string, data?: Data): Promise<Said>
  wait(seconds: number): Promise<void>
  /** What was done, without the times: `disabled`, `started 1 by cron` … */
  story(): readonly string[]
}

/** One node with faults, asked one thing at a time. Its runs take 10 s and change something. */
export function lab(faults: readonly FaultEntry[] = [], more: Scenario = {}): Lab {
  const clock = virtualClock(START)
  const { signal } = new AbortController()
  const notices: Notice[] = []
  const fleet = simulatedFleet({
    clock,
    scenario: {
      ...more,
      defaults: { run: 10, changes: 1, ...more.defaults },
      nodes: { [NODE]: faults, ...more.nodes },
    },
    notice: (notice) => void notices.push(notice),
  })
  const all: Lab['all'] = async (action, data = {}, other = {}) => {
    const answers: Answer[] = []
    const request: RpcRequest = {
      agent: 'puppet',
      action,
      data,
      nodes: [NODE],
      timeoutMs: 30_000,
      changes: true,
      ...other,
    }
    for await (const answer of fleet.transport.request(request, { signal })) {
      answers.push(answer)
    }
    return answers
  }
  return {
    clock,
    fleet,
    notices,
    all,
    async ask(action, data) {
      const [answer] = await all(action, data)
      if (answer?.kind !== 'reply') return { code: -1, text: answer?.why ?? 'nothing', data: {} }
      return { code: answer.code, text: answer.text, data: answer.data as Fields }
    },
    wait: (seconds) => clock.sleepUntil(clock.now() + seconds * 1000, signal),
    story: () => fleet.log.flatMap(tell),
  }
}

function tell(entry: FleetLogEntry): readonly string[] {
  switch (entry.what) {
    case 'disabled':
    case 'already-disabled':
    case 'enabled':
      return [`${entry.what} by ${short(entry.by)}`]
    case 'spawned':
    case 'started':
    case 'summary':
      return [`${entry.what} by ${short(entry.by)}`]
    case 'vanished':
      return [`vanished by ${short(entry.by)}: ${entry.why}`]
    case 'ended':
      return [`ended by ${short(entry.by)}: ${entry.ending}, ${entry.good ? 'good' : 'bad'}`]
    default:
      return []
  }
}

const short = (by: string): string => (by.startsWith('choria=') ? 'us' : by)

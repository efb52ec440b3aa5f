import { expect, it } from 'vitest'
import type { NodeAgent } from '../../providers/agent.js'
import { created, runPlan } from '../../testing/index.js'
import { createState } from '../create-state.js'
import { lockText } from '../lock-text.js'
import type { NodeState } from '../state.js'
import type { Heard } from './inbox.js'
import type { Ports } from './perform.js'
import { sendChange } from './send-change.js'

const EARLIER = '20261121T111547-first1'
const { signal } = new AbortController()

it('a request that left may still act, whatever becomes of another of the same change (S16)', async () => {
  const state = createState({ ...created(runPlan([['a', 'b']])), adopts: EARLIER })
  const [a, b] = state.nodes as [NodeState, NodeState]
  const open = { change: 'enable', purpose: 'release', intent: 7, closesAt: 0 } as const
  for (const node of [a, b]) {
    node.change = { ...open, answered: false, unsent: false, code: null, message: null }
  }
  const status = { enabled: false, applying: false, daemon: false, lastRun: 1, now: 1 }
  const earlier = lockText(EARLIER, 'choria=ann.mcollective', 0)
  a.last = { ...status, message: state.lockText }
  b.last = { ...status, message: earlier }
  const left: string[] = []
  const agent = {
    async *enable(
      nodes: readonly string[],
      _message: string,
      call: { beforeSend(): Promise<void> },
    ) {
      // The other one is settled before this one is signed.
      if (nodes.includes('b')) b.change = null
      const refused = await call.beforeSend().catch((error: unknown) => error)
      if (refused === undefined) left.push(...nodes)
      yield* []
    },
  } as unknown as NodeAgent
  const heard: Heard[] = []
  const ports = {
    ...{ state, agent, transport: { asks: false }, call: { signal } },
    clock: { now: () => 1_000 },
    inbox: { push: (one: Heard) => void heard.push(one) },
    mayAct: async () => undefined,
  } as unknown as Ports
  const hindrance = { hindered: () => undefined, passed: () => undefined }
  const effect = { do: 'change', change: 'enable', purpose: 'release', nodes: [0, 1] } as const
  await sendChange(ports, 7, effect, 1_000, hindrance)
  expect(left).toEqual(['a'])
  const answers = heard.flatMap((one) => (one.heard === 'answer' ? [one.answer] : []))
  expect(answers.map(({ node, effect }) => [node, effect]).sort()).toEqual([
    [0, 'maybe'],
    [1, 'none'],
  ])
})

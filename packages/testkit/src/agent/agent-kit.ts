import { deepEqual, equal, ok } from 'node:assert/strict'
import { lockText, type NodeAgent, type NodeStatus, type Outcome } from '@choirmaster/core'
import { CALL, collect, type Declare } from '../kit.js'

export interface AgentUnderTest {
  readonly agent: NodeAgent
  /** A healthy node: enabled, idle. */
  readonly node: string
  /** A node that does not answer. */
  readonly silent: string
  /** Lets so much time pass for the agent and its nodes. */
  pass(ms: number): Promise<void>
}

const MESSAGE = lockText(
  '20260102T030405-kit123',
  'choria=kit.mcollective',
  Date.UTC(2026, 0, 2, 3, 4, 5),
)
/** A healthy node's run is over within this. */
const RUN_MS = 600_000

/**
 * What every node agent must do.
 * @param make an agent with nodes behind it, a new one at each call
 */
export function agentKit(test: Declare, make: () => Promise<AgentUnderTest>): void {
  test('reads the status of a node', async () => {
    const { agent, node } = await make()
    const status = await statusOf(agent, node)
    equal(status.enabled, true)
    equal(status.applying, false)
    ok(status.now >= status.lastRun)
  })

  test('disables with the message given, verbatim, and keeps one that is there', async () => {
    const { agent, node } = await make()
    equal((await only(agent.disable([node], MESSAGE, CALL))).ok, true)
    equal((await statusOf(agent, node)).message, MESSAGE)
    equal((await only(agent.disable([node], 'another', CALL))).ok, false)
    deepEqual(pick(await statusOf(agent, node)), { enabled: false, message: MESSAGE })
  })

  test('enables what it disabled', async () => {
    const { agent, node } = await make()
    await only(agent.disable([node], MESSAGE, CALL))
    equal((await only(agent.enable([node], MESSAGE, CALL))).ok, true)
    equal((await statusOf(agent, node)).enabled, true)
  })

  test('a run that was requested ends, and is judged as one that went well', async () => {
    const { agent, node, pass } = await make()
    const before = await statusOf(agent, node)
    const requested = await only(agent.requestRun([node], { noop: false }, CALL))
    ok(requested.ok, 'the request was refused')
    await pass(RUN_MS)
    const settled = await statusOf(agent, node)
    const attempt = {
      number: 1,
      before,
      requestedAt: requested.value.at,
      acknowledged: true,
      seenApplying: false,
      lostFor: 0,
      options: { noop: false },
    }
    equal(agent.progress(attempt, settled, (settled.now - before.now) * 1000), 'ended')
    const evidence = await only(agent.evidence([node], CALL))
    ok(evidence.ok, 'there is no evidence')
    const { result } = agent.judge(attempt, settled, [evidence.value])
    ok(result === 'changed' || result === 'unchanged', `judged as ${result}`)
  })

  test('a run of a disabled node is refused without effect', async () => {
    const { agent, node } = await make()
    await only(agent.disable([node], MESSAGE, CALL))
    const outcome = await only(agent.requestRun([node], { noop: false }, CALL))
    ok(!outcome.ok)
    equal(outcome.effect, 'none')
  })

  test('the last run before the request is no evidence of ours', async () => {
    const { agent, node } = await make()
    const before = await statusOf(agent, node)
    const evidence = await only(agent.evidence([node], CALL))
    ok(evidence.ok)
    const attempt = {
      number: 1,
      before,
      requestedAt: before.now,
      acknowledged: true,
      seenApplying: false,
      lostFor: 0,
      options: { noop: false },
    }
    const { result } = agent.judge(attempt, before, [evidence.value])
    ok(result !== 'changed' && result !== 'unchanged', `judged as ${result}`)
  })

  test('silence is a problem that says so, and a change that got none may have happened', async () => {
    const { agent, silent } = await make()
    const status = await only(agent.status([silent], CALL))
    ok(!status.ok && status.problem.silence !== undefined)
    const change = await only(agent.disable([silent], MESSAGE, CALL))
    ok(!change.ok && change.effect !== 'done')
  })

  test('asking what we may do changes nothing', async () => {
    const { agent, node } = await make()
    if (agent.permissions === undefined) return
    const before = pick(await statusOf(agent, node))
    const permissions = await only(agent.permissions([node], CALL))
    ok(permissions.ok)
    deepEqual(pick(await statusOf(agent, node)), before)
  })
}

async function only<T>(stream: AsyncIterable<Outcome<T>>): Promise<Outcome<T>> {
  const outcomes = await collect(stream)
  equal(outcomes.length, 1, 'one outcome for one node')
  return outcomes[0] as Outcome<T>
}

async function statusOf(agent: NodeAgent, node: string): Promise<NodeStatus> {
  const outcome = await only(agent.status([node], CALL))
  ok(outcome.ok, 'the node did not answer')
  return outcome.value
}

function pick({ enabled, message }: NodeStatus): object {
  return { enabled, message }
}

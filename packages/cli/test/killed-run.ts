import type { RunEvent, RunReport, RunStore } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'
import Run from '../src/commands/run.js'
import { fakeWorld, type World } from './fake-session.js'
import { runCommand } from './run-command.js'

const call = { signal: new AbortController().signal }

/** A run whose process was killed before its last record, in a store of its own. */
export async function killedRun({
  env,
  ...world
}: World & { readonly env?: Record<string, string> }): Promise<{ run: string; store: RunStore }> {
  const before = memoryStore()
  const first = await runCommand(Run, ['--yes', '--json'], {
    ...fakeWorld({ ...world, store: before }),
    ...(env && { env }),
  })
  const { run } = JSON.parse(first.out()) as RunReport
  const events: RunEvent[] = []
  for await (const event of (await before.open(run, call)).read(0, call)) {
    if (event.type === 'ended') break
    events.push(event)
  }
  const store = memoryStore()
  const header = { run, at: '', by: 'choria=rip', environment: 'production', nodes: 4 }
  const journal = await store.create(header, call)
  await journal.append(events, { epoch: 1, seq: 0 }, call)
  return { run, store }
}

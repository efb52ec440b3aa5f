import { expect, it } from 'vitest'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Runs from './runs.js'
import Show from './show.js'
import Unlock from './unlock.js'

const RUN = '20261122T111547-k3f9q2'

it.each([
  ['runs', Runs, []],
  ['show', Show, [RUN]],
  ['unlock', Unlock, [RUN, '--yes']],
] as const)('%s reaches the store by the flags of run', async (_, command, argv) => {
  const { openSession, opened } = fakeWorld({ environment: LAMP })
  const flags = { 'choria-config': 'client.conf', transport: 'nats', collective: 'eu' }
  const given = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value])
  await runCommand(command, [...argv, ...given], { openSession })
  expect(opened).toMatchObject([flags])
})

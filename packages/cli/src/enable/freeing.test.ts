import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { freeingOf } from './freeing.js'
import type { Session } from '../session.js'

const COMMAND = 'choirmaster enable --run r1'

it.each<[string, Partial<Session>, string | undefined]>([
  ['real nodes', { simulated: false }, COMMAND],
  ['a fleet of this process', { simulated: 'default' }, undefined],
  [
    'a fleet that is kept',
    { simulated: true, simulatedState: 'fleet.json' },
    `${COMMAND} --transport simulator --set transport.state=fleet.json`,
  ],
  [
    'a fleet with an odd name',
    { simulated: true, simulatedState: "/tmp/ann's fleet" },
    `${COMMAND} --transport simulator --set 'transport.state=/tmp/ann'\\''s fleet'`,
  ],
])('of %s', async (_, given, expected) => {
  const session = await fakeWorld({ environment: LAMP }).openSession({}, fakeIo(), [])
  expect(freeingOf({ ...session, ...given })(COMMAND)).toBe(expected)
})

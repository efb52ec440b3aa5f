import { reportFromEvents } from '@choirmaster/core'
import { expect, it } from 'vitest'
import type { World } from './fake-session.js'
import { LAMP } from './lamp.js'
import { recordRun } from './record-run.js'

const dev2 = (...faults: object[]): Partial<World> => ({
  scenario: { nodes: { 'dev2.example.net': faults } } as NonNullable<World['scenario']>,
})

it.each<[string, Partial<World>, string, number]>([
  ['all is proven', {}, 'succeeded', 0],
  ['a node fails', dev2({ fault: 'failed-resources' }), 'failed', 7],
  [
    'a node fails and nothing is to stay disabled',
    { ...dev2({ fault: 'failed-resources' }), options: { keepDisabled: 'none' } },
    'failed',
    5,
  ],
  ['a node is disabled', dev2({ fault: 'disabled', at: 0 }), 'refused', 3],
  [
    'a node is skipped',
    { ...dev2({ fault: 'not-connected' }), options: { unready: 'skip' } },
    'incomplete',
    5,
  ],
])('the last event says what the report says when %s', async (_, world, result, exit) => {
  const events = await recordRun({ environment: LAMP, ...world })
  expect(events.at(-1)).toMatchObject({ type: 'ended', result, exit })
  expect(reportFromEvents(events)).toMatchObject({ result, exit })
})

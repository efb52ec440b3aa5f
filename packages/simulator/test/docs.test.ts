import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readScenario } from '../src/scenario/read-scenario.js'
import { ENDING_NAMES } from '../src/node/endings.js'
import { HAPPENINGS } from '../src/fleet/scene.js'
import { lab, NODE } from './harness.js'
import { faultTables } from './fault-tables.js'

const DOCS = new URL('../../../docs/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, DOCS), 'utf8')
/** Tables may be padded. */
const unpadded = (text: string): string =>
  text.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ').trim()

describe('docs/scenario.md', () => {
  const page = read('scenario.md')

  it('lists every fault as the code has it', () => {
    const [, part = ''] = /<!-- begin faults -->([^]*)<!-- end faults -->/.exec(page) ?? []
    expect(unpadded(part)).toBe(unpadded(faultTables()))
  })

  it('names everything that a fault can wait for, and every ending', () => {
    for (const name of [...HAPPENINGS, ...ENDING_NAMES]) expect(page).toContain(`\`${name}\``)
  })

  it('shows the example that is in docs/examples', () => {
    expect(page).toContain(`\`\`\`yaml\n${read('examples/scenario.yaml')}\`\`\``)
  })
})

it('docs/examples/scenario.yaml is a good scenario and does what its comments say', async () => {
  const scenario = await readScenario('scenario.yaml', new URL('examples/', DOCS).pathname)
  expect(Object.keys(scenario.nodes ?? {})).toEqual([
    'dev1.example.net',
    'dev3.example.net',
    'dev4.example.net',
    'dev*',
  ])
})

it('docs/fleet-log.md describes every kind of entry with all its members', async () => {
  const page = read('fleet-log.md')
  const { ask, wait, fleet } = lab([
    { fault: 'disabled', at: 60 },
    { fault: 'enabled', at: 70 },
    { fault: 'clock-step', at: 80, seconds: 5 },
    { fault: 'server-restart', at: 90, seconds: 5 },
  ])
  await ask('disable', { message: 'ours' })
  await ask('disable', { message: 'ours' })
  await ask('enable')
  await ask('runonce', { force: true })
  await ask('runonce', { force: true })
  await wait(84)
  await ask('status')
  await wait(10)
  const kinds = new Set(fleet.log.map(({ what }) => what))
  expect([...kinds].toSorted()).toEqual(KINDS)
  for (const entry of fleet.log) {
    const section = page.split(/^#{3} /m).find((part) => part.startsWith(`\`${entry.what}\``)) ?? ''
    for (const key of Object.keys(entry)) {
      if (['at', 'node', 'what'].includes(key)) continue
      expect([entry.what, section.includes(`\`${key}\``)]).toEqual([entry.what, true])
    }
  }
  expect(page).toContain(NODE.replace('node1', 'db1'))
})

const KINDS = [
  'already-disabled',
  'answer',
  'clock-stepped',
  'disabled',
  'down',
  'enabled',
  'ended',
  'fault',
  'fleet',
  'node',
  'request',
  'spawned',
  'started',
  'summary',
  'unheard',
  'up',
  'vanished',
]

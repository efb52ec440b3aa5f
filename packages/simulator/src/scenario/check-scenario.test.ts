import { describe, expect, it } from 'vitest'
import { isCodedError, type CodedError } from '@choirmaster/core/provide'
import { FAULTS } from '../faults/registry.js'
import { checkScenario } from './check-scenario.js'

const schema = 'choirmaster.scenario/1'

async function refused(value: unknown): Promise<CodedError> {
  const error: unknown = await checkScenario(value).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isCodedError(error)) throw new Error('was not refused')
  return error
}

describe('a scenario', () => {
  it('may hold nothing but its version', async () => {
    expect(await checkScenario({ schema })).toEqual({ schema })
  })

  it('takes every fault with its limits', async () => {
    const needed: Readonly<Record<string, unknown>> = {
      seconds: 5,
      name: 'staging',
      version: '8.10.0',
    }
    const nodes = Object.fromEntries(
      [...FAULTS.values()].map((kind) => [
        kind.name,
        [
          {
            fault: kind.name,
            chance: 0.5,
            ...Object.fromEntries((kind.required ?? []).map((key) => [key, needed[key]])),
            ...(kind.strikes === 'time' ? { on: 'ended', delay: 3, times: 2 } : {}),
            ...(kind.strikes === 'run' ? { attempt: 1, times: 1, after: 10 } : {}),
            ...(kind.strikes === 'call' ? { actions: ['status'], after_calls: 3 } : {}),
          },
        ],
      ]),
    )
    await expect(checkScenario({ schema, nodes })).resolves.toBeDefined()
  })

  it.each([
    ['no object', 3, '$ must be an object, not a number'],
    ['no version', {}, '$ has no "schema"'],
    [
      'another version',
      { schema: 'choirmaster.scenario/2' },
      '$.schema must be "choirmaster.scenario/1"',
    ],
    ['an unknown key', { schema, seeed: 1 }, '$.seeed is not known here'],
    ['a negative seed', { schema, seed: -1 }, '$.seed must be >= 0'],
    ['no speed', { schema, speed: 0 }, '$.speed must be "max" or a number up to 1000'],
    [
      'a time without its zone',
      { schema, start: '2026-01-05 08:00' },
      '$.start must be "now" or a time in UTC such as 2026-01-05T08:00:00Z',
    ],
    [
      'a time that is none',
      { schema, start: '2026-13-05T08:00:00Z' },
      'There is no such time: 2026-13-05T08:00:00Z',
    ],
    ['a run of no time', { schema, defaults: { run: 0 } }, '$.defaults.run must be > 0'],
    [
      'faults that are no list',
      { schema, nodes: { a: 'silent' } },
      '$.nodes.a must be a list, not a string',
    ],
    ['a fault without name', { schema, nodes: { a: [{}] } }, '$.nodes.a[0] has no "fault"'],
    [
      'a fault whose name is no text',
      { schema, nodes: { a: [{ fault: 3 }] } },
      'There is no fault 3 (node a)',
    ],
    [
      'a fault with an unknown parameter',
      { schema, nodes: { a: [{ fault: 'silent', second: 3 }] } },
      '$.nodes.a[0].second is not known here',
    ],
    [
      'a fault that lacks a parameter',
      { schema, nodes: { a: [{ fault: 'slow' }] } },
      '$.nodes.a[0] has no "seconds"',
    ],
    [
      'a limit of another kind of fault',
      { schema, nodes: { a: [{ fault: 'silent', attempt: 1 }] } },
      '$.nodes.a[0].attempt is not known here',
    ],
    [
      'a time and something to wait for',
      { schema, nodes: { a: [{ fault: 'reboot', at: 3, on: 'ended' }] } },
      '$.nodes.a[0] must be struck either `at` a time or `on` something, not both',
    ],
    [
      'an effect later than H',
      { schema, nodes: { a: [{ fault: 'late-effect', seconds: 81 }] } },
      '$.nodes.a[0].seconds must be <= 80',
    ],
  ])('%s is refused', async (_what, value, message) => {
    const error = await refused(value)
    expect(error.code).toBe('scenario-invalid')
    expect(error.message).toBe(message)
    expect(error.exit).toBe(1)
  })

  it('is told what fault was probably meant', async () => {
    const error = await refused({ schema, nodes: { a: [{ fault: 'failed-resource' }] } })
    expect(error).toMatchObject({
      message: 'There is no fault "failed-resource" (node a)',
      place: '$.nodes["a"][0]',
      hint: 'Did you mean failed-resources?',
    })
  })

  it('is told all that is wrong at once', async () => {
    const nodes = { a: [{ fault: 'silen' }, { fault: 'slow' }], b: [{ fault: 'hang' }] }
    const error = await refused({ schema, seed: 'x', nodes })
    expect(error.problems.map(({ message }) => message).toSorted()).toEqual([
      '$.nodes.a[1] has no "seconds"',
      '$.seed must be a whole number, not a string',
      'There is no fault "hang" (node b)',
      'There is no fault "silen" (node a)',
    ])
  })

  it('may name only nodes of the fleet that it lists', async () => {
    const fleet = ['db1.example.net', 'web1.example.net']
    const faults = [{ fault: 'silent' }]
    await checkScenario({ schema, fleet, nodes: { 'web*': faults, 'db1.example.net': faults } })
    const error = await refused({
      schema,
      fleet,
      nodes: { 'db2.example.net': faults, 'app*': faults },
    })
    expect(error).toMatchObject({ code: 'scenario-unknown-node' })
    expect(error.problems.map(({ message, hint }) => [message, hint])).toEqual([
      [
        'The fleet has no node db2.example.net',
        'Did you mean db1.example.net or web1.example.net?',
      ],
      ['No node of the fleet matches "app*"', undefined],
    ])
  })
})

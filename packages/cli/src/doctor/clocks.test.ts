import { expect, it } from 'vitest'
import { clockChecks } from './clocks.js'

const NOW = 1_795_346_147_000

/** A node whose clock is so many seconds ahead, asked at NOW, answering 1.3 s later. */
const reading = (node: string, ahead: number) => ({
  ...{ node, seconds: Math.floor((NOW + 600) / 1000 + ahead), asked: NOW, answered: NOW + 1300 },
})

it('a clock that may be right counts as right', () => {
  const checks = [...clockChecks([reading('a', 0), reading('b', 1), reading('c', -2)])]
  expect(checks).toEqual([
    { subject: 'clocks', state: 'ok', message: '3 nodes within 2 s of ours' },
  ])
})

it('a clock that is off is worth knowing, and wrong once requests would be dropped', () => {
  expect([...clockChecks([reading('a', 8)])]).toMatchObject([
    { state: 'note', message: 'a is 7 s ahead' },
  ])
  const checks = [...clockChecks([reading('a', 0), reading('b', -30), reading('c', 3600)])]
  expect(checks).toMatchObject([
    { state: 'ok', message: '1 node within 2 s of ours' },
    { state: 'not-ok', message: 'c is 59 min 59 s ahead, b is 29 s behind' },
  ])
})

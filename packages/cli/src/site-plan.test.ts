import { expect, it } from 'vitest'
import { selectionOf } from './site-plan.js'

it('takes several nodes with commas between, as -I does', () => {
  expect(
    selectionOf({ exclude: ['db1.example.net,db2.example.net', 'db3'], 'assume-done': ['a, b'] }),
  ).toEqual({
    instances: [],
    exclude: ['db1.example.net', 'db2.example.net', 'db3'],
    assumeDone: ['a', 'b'],
  })
})

it('keeps a name that is empty, which the planner refuses, rather than exclude nobody', () => {
  expect(selectionOf({ exclude: [''] }).exclude).toEqual([''])
})

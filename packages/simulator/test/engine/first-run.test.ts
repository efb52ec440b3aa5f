import { expect, it } from 'vitest'
import { LAMP, simulate, started } from './simulate.js'

it('runs the LAMP site: database first, then the web servers, all enabled again', async () => {
  const { report, log } = await simulate({ plan: LAMP })
  expect(started(log)[0]).toBe('dev1')
  expect(report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
})

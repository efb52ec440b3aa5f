import { expect, it } from 'vitest'
import { brokerError, isSilence } from './answers.js'

/** As JetStream answers it. */
const api = (code: number, err_code: number, description: string): Error =>
  Object.assign(new Error(description), { api_error: { code, err_code, description } })

it.each([
  ['store-full', api(503, 10077, 'maximum bytes exceeded')],
  ['store-full', api(503, 10077, 'maximum messages exceeded')],
  ['store-full', api(503, 10023, 'insufficient resources')],
  ['store-full', api(500, 10047, 'insufficient storage resources available')],
  ['store-refused', api(404, 10059, 'stream not found')],
  ['store-refused', Object.assign(new Error('no'), { code: 'PERMISSIONS_VIOLATION' })],
])('is %s, and no silence: %s', (code, error) => {
  expect(isSilence(error)).toBe(false)
  expect(brokerError('RUNS', error)).toMatchObject({ code, place: 'RUNS', cause: error })
})

it.each([
  api(503, 10008, 'JetStream system temporarily unavailable'),
  api(503, 10077, 'store is closed'),
  Object.assign(new Error('TIMEOUT'), { code: 'TIMEOUT' }),
])('is borne for a while, as a broker that starts again says it: %s', (error) => {
  expect(isSilence(error)).toBe(true)
  expect(brokerError('RUNS', error)).toMatchObject({ code: 'store-unreachable' })
})

import { describe, expect, it } from 'vitest'
import type { NetworkOptions } from '../lib/network.mjs'
import { answers, call, connect } from './support/agent.js'
import { locksOf } from './support/estate.js'
import { DEV1, DEV2, useNetwork } from './support/network.js'
import { ANN, PRIVILEGED, signingService } from './support/signing-service.js'

const ACTIONS = ['status', 'disable', 'enable', 'runonce', 'last_run_summary']

describe.each<NetworkOptions>([
  { protocol: 'v1', clients: ['operator', 'guest', PRIVILEGED] },
  { protocol: 'v2' },
])('requests that a service signs in the name of the operator, $protocol', (options) => {
  const network = useNetwork({
    ...options,
    nodes: [DEV1, DEV2],
    policies: { [DEV1]: { [ANN]: ACTIONS }, [DEV2]: { [ANN]: ['status'] } },
  })

  it('are taken by real servers, which know the operator by the token', async () => {
    await using service = await signingService(network())
    await using operator = await connect(network(), 'operator', service.config)
    expect(operator.transport.caller).toBe(ANN)
    const both = [DEV1, DEV2]
    expect(await answers(operator.agent.status(both, call))).toMatchObject({
      [DEV1]: { enabled: true },
      [DEV2]: { enabled: true },
    })
    expect(await answers(operator.agent.disable(both, 'signed for ann', call))).toEqual({
      [DEV1]: null,
      [DEV2]: { problem: 'node-denied' },
    })
    expect(await locksOf(network())).toEqual({ [DEV1]: 'signed for ann', [DEV2]: null })
    expect(service.signed()).toBe(2)
  })
})

import { describe, expect, it } from 'vitest'
import { answers, call, connect } from './support/agent.js'
import { DEV1, DEV2, useNetwork } from './support/network.js'

describe("protocol v2, tokens of the organisation's own issuer", () => {
  const network = useNetwork({
    protocol: 'v2',
    nodes: [DEV1, DEV2],
    settings: { [DEV2]: { 'plugin.security.choria.sign_replies': 'false' } },
  })

  it('takes signed replies only, and says whose was not', async () => {
    await using operator = await connect(network())
    const found = await answers(operator.agent.status([DEV1, DEV2], call))
    expect(found).toMatchObject({ [DEV1]: { enabled: true }, [DEV2]: { problem: 'node-no-reply' } })
    expect(operator.notices).toEqual([
      expect.objectContaining({ message: expect.stringContaining(DEV2) }),
    ])
  })
})

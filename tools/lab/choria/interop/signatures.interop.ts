import { brokerFleet, memoryLog, type BrokerFleet } from '@choirmaster/simulator/broker'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answers, call, connect } from './support/agent.js'
import { DEV1, DEV2, DEV3, DEV4, useNetwork } from './support/network.js'

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

describe('protocol v2, a server among real ones whose replies are forged', () => {
  const network = useNetwork({ protocol: 'v2', nodes: [DEV1] })
  let forgers: BrokerFleet
  beforeAll(async () => {
    const { folder, port } = network()
    const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8')
    // The broker takes them for servers, and so do we but for what their replies prove.
    forgers = await brokerFleet({
      ...{ broker: `nats://localhost:${port}`, nodes: [DEV2, DEV3, DEV4], log: memoryLog() },
      tls: { ca: await read('ssl/certs/ca.pem') },
      security: { protocol: 'v2', issuerSeed: await read('jwt/issuer.seed') },
      scenario: {
        nodes: {
          [DEV2]: [{ fault: 'damaged-reply', how: 'bad-signature' }],
          [DEV3]: [{ fault: 'damaged-reply', how: 'unsigned' }],
        },
      },
    })
  })
  afterAll(() => forgers.close())

  it('has them rejected and shown, and the others count', async () => {
    await using operator = await connect(network())
    const found = await answers(operator.agent.status([DEV1, DEV2, DEV3, DEV4], call))
    expect(found).toMatchObject({
      [DEV1]: { enabled: true },
      [DEV2]: { problem: 'node-no-reply' },
      [DEV3]: { problem: 'node-no-reply' },
      [DEV4]: { enabled: true },
    })
    const told = operator.notices.map(({ level, code, message }) => ({ level, code, message }))
    const forged = { level: 'warning', code: 'transport-forged-reply' }
    expect(told.sort((one, other) => (one.message < other.message ? -1 : 1))).toEqual([
      {
        ...forged,
        message: expect.stringMatching(`"${DEV2}".*signature is not that of the reply`),
      },
      { ...forged, message: expect.stringMatching(`"${DEV3}".*is not signed`) },
    ])
  })
})

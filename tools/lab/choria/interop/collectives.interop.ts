import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { shell } from './support/choirmaster.js'
import { DEV1, DEV2, useNetwork } from './support/network.js'

describe('collectives', () => {
  const network = useNetwork({
    nodes: [DEV1, DEV2],
    settings: { [DEV2]: { collectives: 'mcollective,uk' } },
  })
  // A project's configuration, as Choria reads it: in a folder above the one where the command is called.
  beforeAll(() => writeFile(join(network().folder, 'choria.conf'), 'collectives = mcollective,uk'))

  it('have the nodes that say so, and the main one is asked unless it is said otherwise', async () => {
    const { choirmaster } = await shell(network())
    const there = async (...args: readonly string[]): Promise<string[]> => {
      const { stdout } = await choirmaster('ping', ...args, '--json')
      const { replies } = JSON.parse(stdout) as { replies: { node: string }[] }
      return replies.map(({ node }) => node).sort()
    }
    expect(await there()).toEqual([DEV1, DEV2])
    expect(await there('-T', 'uk')).toEqual([DEV2])
  })

  it('are where requests go, and are known', async () => {
    const { choirmaster } = await shell(network())
    const both = ['-I', DEV1, '-I', DEV2, '--json']
    const { stdout } = await choirmaster('req', 'puppet', 'status', '-T', 'uk', ...both)
    const lines = stdout.trim().split('\n').sort()
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { node: DEV1, silence: 'not-connected' },
      { node: DEV2, code: 0 },
    ])
    const unknown = await choirmaster('ping', '-T', 'de', '--json')
    expect(unknown.exit).toBe(1)
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: 'transport-collective' } })
  })
})

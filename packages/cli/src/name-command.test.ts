import type { Config } from '@oclif/core'
import { expect, it } from 'vitest'
import nameCommand from './name-command.js'

it('--version names the command, not its package', async () => {
  const config = { bin: 'choirmaster', version: '0.1.0', userAgent: '@choirmaster/cli/0.1.0' }
  type Hook = (options: { config: Config }) => Promise<unknown>
  await (nameCommand as unknown as Hook)({ config: config as unknown as Config })
  expect(config.userAgent).toBe(`choirmaster 0.1.0 node-${process.version}`)
})

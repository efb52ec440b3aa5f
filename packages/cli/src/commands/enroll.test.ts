import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../test/run-command.js'
import Enroll from './enroll.js'

/** Nobody may listen on the port 1 (TCPMUX), so a connection is refused at once. */
const NOBODY = 'localhost:1'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enroll-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** As the key that is there: to make one takes seconds. */
const KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey

const enroll = async (...argv: string[]) => {
  const io = await runCommand(Enroll, [...argv, '--json'], { cwd: folder })
  const { error } = JSON.parse(io.out()) as { error: { code: string; message: string } }
  return { ...error, exit: io.exitCode() }
}

describe('enroll', () => {
  it.each([
    ['--server', 'http://ca.example.net'],
    ['--ca-fingerprint', '98:B0'],
    ['--wait', 'soon'],
    ['--environment', 'a/b'],
    ['--certname', 'Rip.mcollective'],
  ])('refuses %s %s before anything is made', async (flag, value) => {
    const failed = await enroll('--ssldir', 'ssl', flag, value)
    expect(failed).toMatchObject({ code: 'usage-bad-flag', exit: 1 })
    expect(failed.message).toContain(flag)
  })

  it("refuses where Choria's security provider takes no certificate of the CA", async () => {
    const io = await runCommand(Enroll, ['--choria-config', 'client.conf', '--json'], {
      cwd: folder,
      files: {
        [join(folder, 'client.conf')]:
          'plugin.security.provider = file\nplugin.security.file.certificate = /c\nplugin.security.file.key = /k\nplugin.security.file.ca = /ca\n',
      },
    })
    expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'enroll-provider' } })
  })

  it('asks the CA that Choria names', async () => {
    await writeFile(
      join(folder, 'choirmaster.yaml'),
      'transport:\n  use: nats\n  ssldir: ssl\n  choriaConfig: client.conf\n',
    )
    const io = await runCommand(Enroll, ['--json'], {
      cwd: folder,
      files: {
        [join(folder, 'client.conf')]:
          `plugin.choria.puppetca_host = localhost\nplugin.choria.puppetca_port = 1\n`,
        [join(folder, 'ssl/private_keys/ann.mcollective.pem')]: KEY,
      },
    })
    const { error } = JSON.parse(io.out()) as { error: { code: string; message: string } }
    expect(error.code).toBe('puppet-unreachable')
    expect(error.message).toContain(NOBODY)
  })
})

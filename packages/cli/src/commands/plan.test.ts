import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { site } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { fakeWorld, requestsOf } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import Plan from './plan.js'

it('prints one object under --json, with what programs rely on', async () => {
  const { openSession, fleet } = fakeWorld({ environment: LAMP })
  const io = await runCommand(Plan, ['--json'], { openSession })
  expect(io.err()).toBe('')
  const document = JSON.parse(io.out()) as Record<string, unknown>
  expect(document).toMatchObject({
    schema: 'choirmaster.plan/1',
    environment: 'production',
    digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    applications: ['Lamp[app1]', 'Lamp[app2]'],
    groups: [['dev1.example.net'], ['dev2.example.net', 'dev3.example.net', 'dev4.example.net']],
    assumed: [],
  })
  expect(document['nodes']).toMatchObject({
    'dev1.example.net': { 'Lamp[app1]': ['Lamp::Mysql[app1]'] },
  })
  expect(document['edges']).toContainEqual({
    from: 'dev1.example.net',
    to: 'dev2.example.net',
    because: [
      {
        capability: 'Sql[app1]',
        producer: 'Lamp::Mysql[app1]',
        consumer: 'Lamp::Webapp[app1-1]',
      },
      {
        capability: 'Sql[app2]',
        producer: 'Lamp::Mysql[app2]',
        consumer: 'Lamp::Webapp[app2-1]',
      },
    ],
  })
  expect(requestsOf(fleet)).toEqual([])
})

it('takes applications by --instance and --application alike', async () => {
  const environment = site()
    .application('A[1]')
    .component('C[1]', 'n1')
    .application('A[2]')
    .component('C[2]', 'n2')
    .application('A[3]')
    .component('C[3]', 'n3')
    .build()
  const { openSession } = fakeWorld({ environment })
  const argv = ['--instance', 'A[1]', '--application', 'A[3]', '--json']
  const io = await runCommand(Plan, argv, { openSession })
  expect(JSON.parse(io.out())).toMatchObject({
    applications: ['A[1]', 'A[3]'],
    groups: [['n1', 'n3']],
  })
})

it('tells of a site that cannot be planned, under --json on standard output only', async () => {
  const environment = site()
    .application('A[1]')
    .component('C[1]', 'n1', { produces: ['X[1]'], consumes: ['Y[1]'] })
    .component('C[2]', 'n2', { produces: ['Y[1]'], consumes: ['X[1]'] })
    .build()
  const { openSession } = fakeWorld({ environment })
  const io = await runCommand(Plan, ['--json'], { openSession })
  expect(io.exitCode()).toBe(3)
  expect(io.err()).toBe('')
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'plan-cycle' } })
})

it('writes a plan file beside what it prints', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plan-'))
  try {
    const { openSession } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Plan, ['--out', 'p.json'], { openSession, cwd: folder })
    expect(io.out()).toContain('Puppet site plan for the production environment')
    expect(io.err()).toBe('Plan file written: run it with `choirmaster run p.json`\n')
    expect(JSON.parse(await readFile(join(folder, 'p.json'), 'utf8'))).toMatchObject({
      schema: 'choirmaster.planfile/1',
      plan: { environment: 'production' },
      options: { width: 20 },
      catalog: { provider: 'file' },
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

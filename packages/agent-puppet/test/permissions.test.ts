import { describe, expect, test } from 'vitest'
import type { Answer } from '@choirmaster/core/provide'
import { permissions } from '../src/index.js'
import { call, collect, fakeTransport, linkTo, only, reply } from './support/fake-transport.js'

const DENIED = 'you are not authorized to call this agent or action'
const answers: Record<string, (node: string) => Answer> = {
  denied: (node) => reply(node, 1, DENIED),
  'refused by the Ruby agent': (node) => reply(node, 4, 'Cannot validate input message: value'),
  'refused by an external agent': (node) => reply(node, 1, 'Validation failed: force'),
  'action unknown': (node) => reply(node, 2, 'Unknown action'),
  'shim failed': (node) => reply(node, 1, 'Cannot decode output from Shim for Ruby action: EOF'),
  'Puppet is disabled': (node) => reply(node, 1, "Puppet is disabled: 'Validation failed'"),
  silent: (node) => ({ node, kind: 'silence', why: 'no-reply' }),
}

describe('permissions', () => {
  test.each([
    ['denied', 'denied'],
    ['refused by the Ruby agent', 'allowed'],
    ['refused by an external agent', 'allowed'],
    ['action unknown', 'unknown'],
    ['shim failed', 'unknown'],
    ['Puppet is disabled', 'unknown'],
    ['silent', 'unknown'],
  ])('runonce %s means %s', async (answer, run) => {
    const transport = fakeTransport((node, { action }) =>
      (action === 'disable' ? answers['denied'] : answers[answer])?.(node),
    )
    expect(await only(permissions(linkTo(transport), ['n'], call))).toEqual({
      node: 'n',
      ok: true,
      value: { disable: 'denied', run },
    })
  })

  test('what is asked cannot be done, whoever checks it', async () => {
    const transport = fakeTransport((node) => reply(node, 4, 'invalid'))
    await collect(permissions(linkTo(transport), ['n'], call))
    expect(transport.requests.map(({ action, data, changes }) => [action, data, changes])).toEqual([
      ['disable', { message: 'a;b' }, false],
      ['runonce', { force: 'x' }, false],
    ])
  })

  test('a node that answers nothing is a problem', async () => {
    const transport = fakeTransport((node) => answers['silent']?.(node))
    expect(await only(permissions(linkTo(transport), ['n'], call))).toMatchObject({
      ok: false,
      effect: 'none',
      problem: { code: 'node-no-reply' },
    })
  })

  test('a node that does what cannot be done is told', async () => {
    const transport = fakeTransport((node) => reply(node, 0, 'OK'))
    expect(await only(permissions(linkTo(transport), ['n'], call))).toMatchObject({
      ok: false,
      effect: 'done',
      problem: { code: 'node-probe-acted' },
    })
  })
})

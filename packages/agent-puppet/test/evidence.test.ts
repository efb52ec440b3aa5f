import { expect, test } from 'vitest'
import { evidence } from '../src/index.js'
import { summary } from './support/builders.js'
import { call, fakeTransport, linkTo } from './support/fake-transport.js'

test('a node whose logs fail is read again without them, a silent one is not', async () => {
  const transport = fakeTransport((node, { data }) =>
    node === 'silent'
      ? { node, kind: 'silence', why: 'no-reply' }
      : node === 'denied'
        ? {
            node,
            kind: 'reply',
            code: 1,
            text: 'You are not authorized to call this agent or action',
            data: {},
          }
        : node === 'broken' || data['logs'] === true
          ? { node, kind: 'reply', code: 5, text: 'boom', data: {} }
          : { node, kind: 'reply', code: 0, text: 'OK', data: summary({ logs: {} }) },
  )
  const nodes = ['silent', 'denied', 'old', 'broken']
  const outcomes = []
  for await (const outcome of evidence(linkTo(transport), nodes, call)) outcomes.push(outcome)
  expect(transport.requests.map(({ nodes: to, data }) => [to, data])).toEqual([
    [nodes, { logs: true }],
    [['old', 'broken'], { logs: false }],
  ])
  expect(outcomes.map((o) => [o.node, o.ok ? 'ok' : o.problem.code])).toEqual([
    ['silent', 'node-no-reply'],
    ['denied', 'node-denied'],
    ['old', 'ok'],
    ['broken', 'node-agent-error'],
  ])
})

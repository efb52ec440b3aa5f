import { CodedError, InternalError } from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { coloursFor } from './colour.js'
import { errorExit, errorObject, errorText } from './error.js'

const plain = coloursFor(fakeIo().stderr, {})
const definition = { title: 'A title', hint: 'Do this.', exit: 3 } as const
const problem = (n: number) => ({
  code: 'test-one',
  message: `Problem ${n}`,
  place: `site.yaml:${n}:1`,
})

describe('an error', () => {
  it('says what, where and what now', () => {
    const error = new CodedError('test-one', definition, {
      message: 'It broke',
      place: 'site.yaml:3:1',
    })
    expect(errorText(error, plain, false)).toBe(
      'Error: It broke\n  at site.yaml:3:1\nHint: Do this.\nSee docs/errors.md#test-one\n',
    )
    expect(errorExit(error)).toBe(3)
  })

  it('lists its problems, twenty at most, and counts the rest', () => {
    const problems = Array.from({ length: 23 }, (_, n) => problem(n + 1))
    const error = new CodedError('test-one', definition, { message: 'It broke', problems, more: 5 })
    const lines = errorText(error, plain, false).split('\n')
    expect(lines[1]).toBe('  at site.yaml:1:1')
    expect(lines[2]).toBe('  - site.yaml:1:1: Problem 1')
    expect(lines[22]).toBe('  - and 8 more')
  })

  it('does not repeat a single problem', () => {
    const error = new CodedError('test-one', definition, {
      message: 'Problem 1',
      problems: [problem(1)],
    })
    expect(errorText(error, plain, false)).not.toContain('- ')
  })

  it('sends no control characters to the terminal', () => {
    const error = new CodedError('test-one', definition, {
      message: 'a\x1b]0;b\x07',
      place: 'x\ny',
    })
    expect(errorText(error, plain, false)).toContain('Error: a\\x1b]0;b\\x07\n  at x\\ny\n')
  })

  it('is recognised when it comes from another copy of core', () => {
    const foreign = Object.assign(new Error('It broke'), {
      code: 'x-y',
      hint: 'h',
      problems: [],
      more: 0,
      exit: 3,
    })
    expect(errorObject(foreign)).toEqual({
      code: 'x-y',
      message: 'It broke',
      hint: 'h',
      place: null,
    })
    expect(errorExit(foreign)).toBe(3)
  })

  it('that is no coded one is our bug, with its stack only under DEBUG', () => {
    const error = new InternalError('Missing: x')
    const text = errorText(error, plain, false)
    expect(text).toMatch(/^Error: Missing: x\nHint: This is a bug of choirmaster/)
    expect(text).not.toContain('error.test.ts')
    expect(errorText(error, plain, true)).toContain('error.test.ts')
    expect(errorExit(error)).toBe(1)
    expect(errorObject(error)).toMatchObject({ code: 'internal', place: null })
  })
})

it('is coloured on a terminal, and not where NO_COLOR is set', () => {
  const { stderr } = fakeIo({ tty: true })
  const error = new InternalError('x')
  expect(errorText(error, coloursFor(stderr, {}), false)).toContain('\x1b[31mError:\x1b[39m')
  expect(errorText(error, coloursFor(stderr, { NO_COLOR: '1' }), false)).not.toContain('\x1b')
  expect(errorText(error, coloursFor(fakeIo().stderr, {}), false)).not.toContain('\x1b')
})

import { seededRandom } from '@choirmaster/core/testing'
import { describe, expect, it } from 'vitest'
import { replyNumbers } from './reply-numbers.js'

describe('the subjects for what is not connected', () => {
  it('lead back to their numbers', () => {
    const numbers = replyNumbers(50_000, seededRandom(1))
    for (const number of [0, 1, 9, 10, 49_999]) {
      expect(numbers.suffix(number)).toMatch(new RegExp(`^${number}-[\\w-]{16}$`))
      expect(numbers.numberOf(numbers.suffix(number))).toBe(number)
    }
  })

  it('of another number or request are none, and neither is anything else', () => {
    const numbers = replyNumbers(3, seededRandom(1))
    const [one, other] = [numbers.suffix(1), replyNumbers(3, seededRandom(2)).suffix(1)]
    const secret = one.slice(2)
    const beyond = replyNumbers(4, seededRandom(1)).suffix(3)
    const guesses = ['', '1', '1-', '-1', `0-${secret}`, `01-${secret}`, `-${secret}`, secret]
    for (const guess of [...guesses, other, beyond, `${one}A`, `${one}.0`, one.slice(0, -1)]) {
      expect(numbers.numberOf(guess), guess).toBeUndefined()
    }
  })

  it('differ in all that follows the number', () => {
    const numbers = replyNumbers(10_000, seededRandom(1))
    const secrets = Array.from({ length: 10_000 }, (_, n) => numbers.suffix(n).slice(-16))
    expect(new Set(secrets).size).toBe(10_000)
  })
})

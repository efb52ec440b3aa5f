import { describe, expect, it } from 'vitest'
import { didYouMean, nearMatches } from './near-matches.js'

describe('near matches', () => {
  it.each([
    ['bacth', ['batch']],
    ['enviroment', ['environment']],
    ['BATCH', ['batch']],
    ['width', []],
    ['x', []],
    ['', []],
  ])('of %j', (name, near) => {
    expect(nearMatches(name, ['batch', 'environment', 'transport', 'store'])).toEqual(near)
  })

  it('are the three nearest, nearest first', () => {
    const known = ['Lamp[app1]', 'Lamp[app2]', 'Lamp[application]', 'Lamp[app]', 'Lamp[ap]']
    expect(nearMatches('Lamp[app]', known)).toEqual(['Lamp[app]', 'Lamp[ap]', 'Lamp[app1]'])
  })

  it('make a question, or nothing', () => {
    expect(didYouMean('cataolg', ['catalog'])).toBe('Did you mean catalog?')
    expect(didYouMean('app3', ['app1', 'app2'])).toBe('Did you mean app1 or app2?')
    expect(didYouMean('zzz', ['catalog'])).toBeUndefined()
  })
})

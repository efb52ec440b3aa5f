import { readFileSync } from 'node:fs'
import { environmentSchema } from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { CERTNAME, REFERENCE } from './reference.js'

const TAKEN = ['Lamp[app1]', 'A::B[x [y] z]', 'A[x\ny]', 'A_1::B2[é]', 'A[]]', 'A[ ]']
const REFUSED = [
  ...['lamp[app1]', 'Lamp', 'Lamp[]', 'Lamp::x[1]', 'Lamp[x] ', '\nLamp[x]', 'Lamp[x]\n'],
  ...['A:B[x]', '', 'Lämp[x]', '::A[x]', 'A::[x]', '[x]'],
]

describe('a reference', () => {
  it('is what core takes', () => {
    const { properties } = environmentSchema.json as {
      properties: { applications: { propertyNames: object; additionalProperties: object } }
    }
    expect(properties.applications.propertyNames).toMatchObject({ pattern: REFERENCE.source })
    const application = JSON.stringify(properties.applications.additionalProperties)
    expect(application).toContain(JSON.stringify(CERTNAME.source))
  })

  it("is what the Puppet module's type takes", () => {
    const type = readFileSync(new URL('../../module/types/ref.pp', import.meta.url), 'utf8')
    const pattern = /Pattern\[\/\\A(.*)\\z\/\]/.exec(type)?.[1] ?? ''
    const theirs = new RegExp(`^${pattern}$`)
    for (const text of TAKEN) {
      expect([text, REFERENCE.test(text), theirs.test(text)]).toEqual([text, true, true])
    }
    for (const text of REFUSED) {
      expect([text, REFERENCE.test(text), theirs.test(text)]).toEqual([text, false, false])
    }
  })
})

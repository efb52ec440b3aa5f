import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Environment } from '../environment/environment.js'
import { isCodedError, type CodedError } from '../errors/coded-error.js'
import { sha256 } from '../ports/system.js'
import { site } from '../testing/index.js'
import { planDocument, type PlanDocument } from './document.js'
import { makePlan } from './make-plan.js'
import type { Selection } from './plan.js'
import { toRunPlan } from './run-plan.js'
import { WHOLE_SITE } from './select.js'

const fixture = (name: string): Environment =>
  JSON.parse(
    readFileSync(new URL(`../../test/fixtures/environment/${name}.json`, import.meta.url), 'utf8'),
  ) as Environment

const select = (selection: Partial<Selection>): Selection => ({ ...WHOLE_SITE, ...selection })

const plan = (environment: Environment, selection: Partial<Selection> = {}): PlanDocument =>
  planDocument(makePlan(environment, select(selection), sha256))

function refusal(environment: Environment, selection: Partial<Selection> = {}): CodedError {
  try {
    makePlan(environment, select(selection), sha256)
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('not refused')
}

describe('the groups of what Puppet answers', () => {
  it.each<[string, string[][]]>([
    ['lamp', [['dev1.example.net'], ['dev2.example.net', 'dev3.example.net', 'dev4.example.net']]],
    ['cross_app', [['db.example.net'], ['app.example.net'], ['front.example.net']]],
    ['self_edge', [['a.example.net'], ['b.example.net']]],
    ['empty', []],
    ['empty_site', []],
    ['empty_application', []],
    ['unknown_component-4.10.12', [['a.example.net']]],
  ])('%s', (name, groups) => {
    expect(plan(fixture(name)).groups).toEqual(groups)
  })

  it('an empty application is selected all the same', () => {
    expect(plan(fixture('empty_application')).applications).toEqual(['Lamp[app1]'])
  })
})

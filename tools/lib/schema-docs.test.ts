import { readFileSync } from 'node:fs'
import { configSchema } from '@choirmaster/cli'
import { environmentSchema } from '@choirmaster/core'
import { scenarioSchema } from '@choirmaster/simulator'
import { describe, expect, it } from 'vitest'
import { keyTable, publishedSchema, withGenerated } from './publish-schema.mjs'
import { schemaDocs } from './schema-docs.mjs'

const generated = await schemaDocs({
  config: configSchema.json,
  site: environmentSchema.json,
  scenario: scenarioSchema.json,
})

describe('the docs that follow from schemas', () => {
  it.each([...generated])('are fresh, else run node tools/schemas.mjs: %s', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('a published schema', () => {
  it('names its dialect and holds no annotation of ours', () => {
    const text = publishedSchema({
      type: 'object',
      properties: { a: { expected: 'x', minimum: 1 } },
    })
    expect(JSON.parse(text)).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { a: { minimum: 1 } },
    })
  })

  it('keeps a property that is called like the annotation', () => {
    const text = publishedSchema({ properties: { expected: { type: 'string' } } })
    expect(JSON.parse(text)).toHaveProperty('properties.expected')
  })
})

describe('generated text in a page', () => {
  it('replaces what stands between its marks', () => {
    const page = 'a\n<!-- begin x -->\nold\n<!-- end x -->\nb'
    const written = withGenerated(page, 'x', 'new')
    expect(written).toBe('a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nb')
    expect(withGenerated(written, 'x', 'new')).toBe(written)
  })

  it('needs its marks', () => {
    expect(() => withGenerated('a', 'x', 'new')).toThrow('begin x')
  })

  it('lists nested keys with their defaults', () => {
    const table = keyTable({
      properties: {
        run: { properties: { batch: { type: 'integer', default: 3, description: 'Size' } } },
      },
    })
    expect(table).toContain('| `run.batch` | number | `3` | Size |')
  })
})

// Writes docs/schemas/ and the generated parts of the docs: `node tools/schemas.mjs` after a change of a
// schema. A test fails where that was forgotten.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { configSchema } from '@choirmaster/cli'
import { environmentSchema } from '@choirmaster/core'
import { scenarioSchema } from '@choirmaster/simulator'
import { schemaDocs } from './lib/schema-docs.mjs'

const schemas = {
  config: configSchema.json,
  site: environmentSchema.json,
  scenario: scenarioSchema.json,
}
for (const [path, text] of await schemaDocs(schemas)) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

// Writes docs/errors.md: `node tools/errors.mjs` after a change of an error table. A test fails where that was
// forgotten.
import { writeFileSync } from 'node:fs'
import { errorSections } from './lib/error-codes.mjs'
import { errorPage } from './lib/error-docs.mjs'

const [path, text] = await errorPage(errorSections())
writeFileSync(path, text)

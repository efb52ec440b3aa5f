import { readFileSync } from 'node:fs'
import type { Environment } from '@choirmaster/core'

/** The LAMP site as Puppet answers it: two applications on dev1 (databases) and dev2 to dev4 (web servers). */
export const LAMP = JSON.parse(
  readFileSync(new URL('fixtures/lamp.json', import.meta.url), 'utf8'),
) as Environment

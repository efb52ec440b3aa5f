import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { anchorOf } from './error-docs.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

const read = (page: string): string => readFileSync(join(root, page), 'utf8')
/** Without blocks of code, which may hold what looks like a link or a heading. */
const prose = (page: string): string => read(page).replace(/^```[\s\S]*?^```/gm, '')
const anchors = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title))

describe.each(pages)('%s', (page) => {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^https?:/.test(link))

  it('has no link that leads nowhere', () => {
    const dead = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, target))) return true
      if (anchor === undefined || statSync(join(root, target)).isDirectory()) return false
      return !anchors(target).includes(anchor)
    })
    expect(dead).toEqual([])
  })
})

it('pages that messages name are there', () => {
  const dead = readdirSync(join(root, 'packages')).flatMap((name) =>
    readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const named = read(`packages/${name}/src/${file}`).matchAll(/\bdocs\/[\w-]+\.md/g)
        return [...named].filter(([path]) => !existsSync(join(root, path))).map(([path]) => path)
      }),
  )
  expect(dead).toEqual([])
})

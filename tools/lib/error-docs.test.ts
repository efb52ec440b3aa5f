import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { errorSections } from './error-codes.mjs'
import { anchorOf, errorPage } from './error-docs.mjs'

const sections = errorSections()
const codes = sections.flatMap(({ entries }) => entries.map(({ code }) => code))
const [path, text] = await errorPage(sections)
const packages = fileURLToPath(new URL('../../packages', import.meta.url))

/** Lines of all sources, with the name of their file. */
const lines = readdirSync(packages).flatMap((name) =>
  readdirSync(`${packages}/${name}/src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const source = readFileSync(`${packages}/${name}/src/${file}`, 'utf8').split('\n')
      return source.map((line, at) => ({ file: `${name}/src/${file}`, line, at, source }))
    }),
)

/** A notice prints no code, so it has no anchor; its level stands beside it. */
function isNotice({ source, at }: { source: string[]; at: number }): boolean {
  return source.slice(Math.max(0, at - 3), at + 4).some((line) => /\blevel: '|\bwhat: /.test(line))
}

/** Codes in the sources that match, each with the file that names it first. */
function found(pattern: RegExp): string[] {
  const all = lines.flatMap((one) => {
    const code = pattern.exec(one.line)?.[1]
    return code === undefined || isNotice(one) ? [] : [[code, one.file] as const]
  })
  return [...new Map(all.toReversed())].map(([code, file]) => `${code} of ${file}`)
}

const documented = (named: string): boolean => codes.includes(named.split(' ')[0] ?? '')

describe('docs/errors.md', () => {
  it('is fresh, else run npm run build and node tools/errors.mjs', () => {
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('has one heading for each code, so that its anchor is the code', () => {
    const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading)
    expect(headings).toEqual(codes)
    for (const heading of headings) expect(anchorOf(heading)).toBe(heading)
    const anchors = [...codes, ...sections.map(({ title }) => anchorOf(title))]
    expect(new Set(anchors).size).toBe(anchors.length)
  })

  it('says of each what it is, its exit code and what to do', () => {
    for (const { code, title, exit, hint } of sections.flatMap(({ entries }) => entries)) {
      expect([title, exit, hint].map((word) => word.trim()).includes(''), code).toBe(false)
    }
  })
})

describe('codes', () => {
  it('are unique over the repository, and kebab-case', () => {
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([])
    expect(codes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([])
  })

  it('of every error table have their anchor', () => {
    const defined = found(/^ {2}'?([a-z]+(?:-[a-z]+)+)'?: \{$/).filter((one) =>
      /errors\.ts|codes\.ts|findings\.ts/.test(one),
    )
    expect(defined.length).toBeGreaterThan(100)
    expect(defined.filter((one) => !documented(one))).toEqual([])
  })

  it('that are written out where they are given have their anchor', () => {
    const given = found(/\bcode(?:: | = |: .*\?\? )'([a-z]+(?:-[a-z]+)+)'/)
    expect(given.length).toBeGreaterThan(50)
    expect(given.filter((one) => !documented(one))).toEqual([])
  })
})

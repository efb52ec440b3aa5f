import { expect, it } from 'vitest'
import { ansiSvg } from './ansi-svg.mjs'

const texts = (screen: string): string[] =>
  [...ansiSvg(screen, { columns: 20, label: 'x' }).matchAll(/<text [^>]*>.*<\/text>/g)].map(
    ([text]) => text,
  )

it('sets each piece at its column and line, as wide as it is in a terminal', () => {
  expect(texts('  ab\n\ncd\n\n\n')).toEqual([
    '<text x="32.8" y="29.5" textLength="16.8">ab</text>',
    '<text x="16" y="65.5" textLength="16.8">cd</text>',
  ])
})

it('keeps bold, dim and colours, also over the end of a line', () => {
  const [bold, dim, green, plain] = texts('\x1b[1ma\x1b[0m \x1b[2mb\x1b[0m\x1b[32m\nc\x1b[39m d')
  expect(bold).toContain('font-weight="bold">a<')
  expect(dim).toContain('fill="#8b949e">b<')
  expect(green).toContain('fill="#7ee787">c<')
  expect(plain).not.toContain('fill')
})

it('lets text be no markup', () => {
  expect(texts('<a> & "b"')[0]).toContain('>&lt;a&gt; &amp; &quot;b&quot;<')
})

import { expect, it } from 'vitest'
import { clean, cleanLine } from './clean.js'

it.each([
  ['\x1b[31mred', '\\x1b[31mred'],
  ['bell\x07 c1\x9b del\x7f', 'bell\\x07 c1\\x9b del\\x7f'],
  ['soft\u00adhyphen', 'soft\\xadhyphen'],
  ['\u202egnirts', '\\u202egnirts'],
  ['\u2066isolated\u2069', '\\u2066isolated\\u2069'],
  ['web\u200b1', 'web\\u200b1'],
  ['\ufeffmark', '\\ufeffmark'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['line\u2028paragraph\u2029', 'line\\u2028paragraph\\u2029'],
])('names what a terminal does not show as it is: %j', (text, shown) => {
  expect(clean(text)).toBe(shown)
  expect(cleanLine(text)).toBe(shown)
})

it('leaves letters, emoji, tab and newline', () => {
  const text = 'Größe 東京 שלום 🎶\tnext\nline'
  expect(clean(text)).toBe(text)
  expect(cleanLine(text)).toBe('Größe 東京 שלום 🎶 next\\nline')
})

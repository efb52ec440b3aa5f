// A terminal's screen, as `tmux capture-pane -e -p` gives it, as a picture that needs no font of its own.

/** Size of a character, pixels. */
const WIDTH = 8.4
const HEIGHT = 18
const MARGIN = 16

/** Legible on the background below, which the picture brings along: it looks the same on a light and on a dark page. */
const COLOURS = {
  background: '#161b22',
  30: '#8b949e',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#f2cc60',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  37: '#e6edf3',
}
const PLAIN = COLOURS[37]

/** @typedef {{ bold: boolean, dim: boolean, colour: string }} Style */
/** @typedef {Style & { text: string, column: number }} Piece */

/**
 * @param {string} screen lines with SGR sequences: bold, dim and the eight colours
 * @param {{ columns: number, label: string }} options `label`: for those who cannot see it
 */
export function ansiSvg(screen, { columns, label }) {
  const lines = screen.replace(/\n+$/, '').split('\n')
  const width = columns * WIDTH + 2 * MARGIN
  const height = lines.length * HEIGHT + 2 * MARGIN
  /** @type {Style} */
  let style = { bold: false, dim: false, colour: PLAIN }
  const texts = lines.flatMap((line, row) => {
    const { pieces, last } = piecesOf(line, style)
    style = last
    return pieces.filter(({ text }) => text.trim() !== '').map((piece) => textOf(piece, row))
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${COLOURS.background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${PLAIN}" xml:space="preserve">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/**
 * @param {string} line @param {Style} before
 * @returns {{ pieces: Piece[], last: Style }}
 */
function piecesOf(line, before) {
  let style = before
  let column = 0
  /** @type {Piece[]} */
  const pieces = []
  for (const [at, part] of line.split('\x1b[').entries()) {
    // What follows a sequence's beginning: its codes, and the text in that style.
    const [, codes = '', text = ''] =
      at === 0 ? ['', '', part] : (/^([\d;]*)m(.*)$/.exec(part) ?? [])
    if (at > 0) style = codes.split(';').map(Number).reduce(styled, style)
    if (text !== '') pieces.push({ ...style, text, column })
    column += [...text].length
  }
  return { pieces, last: style }
}

/** @param {Style} style @param {number} code @returns {Style} */
function styled(style, code) {
  if (code === 0) return { bold: false, dim: false, colour: PLAIN }
  if (code === 1) return { ...style, bold: true }
  if (code === 2) return { ...style, dim: true }
  if (code === 22) return { ...style, bold: false, dim: false }
  if (code === 39) return { ...style, colour: PLAIN }
  const colour = /** @type {Record<number, string>} */ (COLOURS)[code]
  return colour === undefined ? style : { ...style, colour }
}

/**
 * Each piece has its place and its length, so that columns stay columns in any font.
 * @param {Piece} piece @param {number} row
 */
function textOf({ text, column, bold, dim, colour }, row) {
  const trimmed = text.trimEnd()
  const lead = trimmed.length - trimmed.trimStart().length
  const x = round(MARGIN + (column + lead) * WIDTH)
  const y = round(MARGIN + (row + 0.75) * HEIGHT)
  const length = round([...trimmed.trimStart()].length * WIDTH)
  const look = [
    bold ? ' font-weight="bold"' : '',
    dim ? ` fill="${COLOURS[30]}"` : colour === PLAIN ? '' : ` fill="${colour}"`,
  ].join('')
  return `<text x="${x}" y="${y}" textLength="${length}"${look}>${escaped(trimmed.trimStart())}</text>`
}

/** @param {number} pixels */
function round(pixels) {
  return Math.round(pixels * 10) / 10
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

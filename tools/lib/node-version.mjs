/**
 * Whether `version` (such as `v20.19.0`) is in `range`, as package.json's `engines.node` writes it:
 * alternatives of `>=A.B.C` and `^A.B.C` joined by `||`. Old syntax only: this must run on the
 * Node that it refuses.
 * @param {string} version
 * @param {string} range
 */
export function nodeFits(version, range) {
  const have = parse(version)
  return range.split('||').some((part) => {
    const want = parse(part)
    return have.rank >= want.rank && (have.major === want.major || !part.includes('^'))
  })
}

/** @param {string} text */
function parse(text) {
  const [major = 0, minor = 0, patch = 0] = (text.match(/\d+/g) || []).map(Number)
  return { major, rank: major * 1e6 + minor * 1e3 + patch }
}

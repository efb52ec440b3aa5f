/** npm's own program, as npm tells the scripts it runs; undefined when something else runs them. */
export function npmCli() {
  const path = process.env.npm_execpath
  return path?.endsWith('npm-cli.js') ? path : undefined
}

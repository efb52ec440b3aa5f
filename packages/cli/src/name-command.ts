import type { Hook } from '@oclif/core'

/** Has `--version` and help name the command; oclif itself names the package. */
const nameCommand: Hook.Init = ({ config }) => {
  const userAgent = `${config.bin} ${config.version} node-${process.version}`
  // Read-only in oclif's types alone.
  Object.assign(config, { userAgent })
  return Promise.resolve()
}

export default nameCommand

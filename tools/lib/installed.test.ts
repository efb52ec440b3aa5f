import { expect, test } from 'vitest'
import { notInstalled } from './installed.mjs'

const lock = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/yaml': { version: '2.0.0', integrity: 'sha512-a' },
    'node_modules/vitest': { version: '4.0.0', integrity: 'sha512-b', dev: true },
    'node_modules/native-for-mac': { version: '1.0.0', integrity: 'sha512-c', optional: true },
    'node_modules/@choirmaster/cli': { link: true },
    'packages/cli': { version: '0.1.0', bin: { choirmaster: 'bin/run.js' } },
  },
}
const { 'node_modules/native-for-mac': _absent, ...everything } = lock.packages
const { 'node_modules/vitest': _tool, ...withoutTools } = everything

test('a full installation serves both', () => {
  expect(notInstalled(lock, { packages: everything }, { dev: true })).toEqual([])
  expect(notInstalled(lock, { packages: everything }, { dev: false })).toEqual([])
})

test('an installation without tools serves npm start, not npm test', () => {
  expect(notInstalled(lock, { packages: withoutTools }, { dev: false })).toEqual([])
  expect(notInstalled(lock, { packages: withoutTools }, { dev: true })).toEqual([
    'node_modules/vitest',
  ])
})

test('another version, other contents or a new command of a package is found', () => {
  const others = {
    'node_modules/yaml': { version: '2.0.1', integrity: 'sha512-a' },
    'node_modules/vitest': { version: '4.0.0', integrity: 'sha512-other', dev: true },
    'packages/cli': { version: '0.1.0' },
  }
  for (const [path, entry] of Object.entries(others)) {
    const packages = { ...everything, [path]: entry }
    expect(notInstalled(lock, { packages }, { dev: true })).toEqual([path])
  }
})

test('a workspace package that is new is found', () => {
  const { 'node_modules/@choirmaster/cli': _link, ...packages } = everything
  expect(notInstalled(lock, { packages }, { dev: false })).toEqual([
    'node_modules/@choirmaster/cli',
  ])
})

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, bin?: unknown, dev?: boolean,
 *   optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/**
 * Paths of the packages that `lock` (package-lock.json) wants and that are not installed so.
 * `installed` is node_modules/.package-lock.json, which npm writes at the very end of each install:
 * after an interrupted one it is absent. Optional packages are not compared, since which of them
 * get installed depends on the platform. Extra packages do no harm: a full install serves `npm start`.
 * @param {Lock} lock
 * @param {Lock} installed
 * @param {{ dev: boolean }} wanted
 */
export function notInstalled(lock, installed, wanted) {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && isWanted(entry, wanted))
    .filter(([path, entry]) => mark(entry) !== mark(installed.packages[path]))
    .map(([path]) => path)
}

/**
 * @param {LockedPackage} entry
 * @param {{ dev: boolean }} wanted
 */
function isWanted(entry, wanted) {
  if (entry.optional) return false
  return wanted.dev || !(entry.dev || entry.devOptional)
}

/**
 * What tells one installed package from another; `bin`, since npm links commands while it installs.
 * @param {LockedPackage | undefined} entry
 */
function mark(entry) {
  return entry && JSON.stringify([entry.version, entry.integrity, entry.link, entry.bin])
}

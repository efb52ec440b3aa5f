/** Whether a version such as `7.23.0` is major.minor or newer; undefined: not known. */
export function isAtLeast(
  version: string | null,
  major: number,
  minor: number,
): boolean | undefined {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (first === undefined || second === undefined) return undefined
  return Number(first) > major || (Number(first) === major && Number(second) >= minor)
}

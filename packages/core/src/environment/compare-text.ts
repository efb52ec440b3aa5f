/** By code units, as `sort()` without an argument: the same on each machine and in each locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

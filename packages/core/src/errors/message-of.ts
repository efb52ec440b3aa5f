/** What was thrown says, whatever it is: plugins and libraries may throw anything. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

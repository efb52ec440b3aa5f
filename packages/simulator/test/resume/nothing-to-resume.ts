const NOTHING_TO_RESUME = /^resume-(untouched|journal|ended)$/

/** null: it was killed before its first change, or after its last event, and there was nothing to go on with. */
export function unlessNothingToResume<T>(run: Promise<T>): Promise<T | null> {
  return run.catch((error: unknown) => {
    if (!NOTHING_TO_RESUME.test(String((error as { code?: unknown }).code))) throw error
    return null
  })
}

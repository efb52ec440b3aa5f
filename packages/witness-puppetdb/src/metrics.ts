/**
 * Whether every resource was skipped by the counts of a report, as where tags in the puppet.conf of the node match none.
 * null: they do not tell, as of a run without a catalog.
 * @param metrics as PuppetDB answers: `{ data: [{ category, name, value }], href }`
 */
export function allSkipped(metrics: unknown): boolean | null {
  const { data } = (metrics ?? {}) as { readonly data?: unknown }
  if (!Array.isArray(data)) return null
  const count = (wanted: string): number | undefined => {
    for (const metric of data as readonly unknown[]) {
      const { category, name, value } = (metric ?? {}) as Readonly<Record<string, unknown>>
      if (category === 'resources' && name === wanted) {
        return typeof value === 'number' ? value : undefined
      }
    }
    return undefined
  }
  const [total, skipped] = [count('total'), count('skipped')]
  if (total === undefined || skipped === undefined) return null
  return skipped > 0 && skipped === total
}

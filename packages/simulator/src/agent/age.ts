/** A span in the plugin's words: `05 seconds`, `1 minutes 10 seconds`. Negative spans come out as Ruby's floor division has them. */
export function age(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds - days * 86_400) / 3600)
  const minutes = Math.floor((seconds - days * 86_400 - hours * 3600) / 60)
  const rest = String(seconds - days * 86_400 - hours * 3600 - minutes * 60).padStart(2, '0')
  if (days > 1) return `${days} days ${hours} hours ${minutes} minutes ${rest} seconds`
  if (days === 1) return `1 day ${hours} hours ${minutes} minutes ${rest} seconds`
  if (hours > 0) return `${hours} hours ${minutes} minutes ${rest} seconds`
  return minutes > 0 ? `${minutes} minutes ${rest} seconds` : `${rest} seconds`
}

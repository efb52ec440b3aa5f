import type { Notice } from '@choirmaster/core/provide'
import { cleanLine } from './clean.js'

/** A provider's notice as a line without end; undefined for what is told under DEBUG only. */
export function noticeText(
  { level, message }: Notice,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  switch (level) {
    case 'warning':
      return `Warning: ${cleanLine(message)}`
    case 'info':
      return `Note: ${cleanLine(message)}`
    case 'debug':
      return env['DEBUG'] ? `Debug: ${cleanLine(message)}` : undefined
  }
}

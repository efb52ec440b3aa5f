// What plugins are given that a check opens by itself, without the command. Needs a build of the packages.
import { systemClock, systemRandom } from '@choirmaster/core/system'

/** Notices are printed. @returns {import('@choirmaster/core').Host} */
export const newHost = () => ({
  baseDir: process.cwd(),
  clock: systemClock(),
  random: systemRandom(),
  notice: ({ message }) => console.log(message),
})

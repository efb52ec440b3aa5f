import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const catalogFileErrors = {
  'site-empty': {
    title: 'The site file holds nothing',
    hint: 'List the applications under `applications:`; docs/site-file.md shows the shape.',
    exit: 1,
  },
  'site-other-environment': {
    title: 'The site file is of another environment than the one that was asked for',
    hint: 'Name the file of that environment, or ask for the one that the file holds.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(catalogFileErrors)

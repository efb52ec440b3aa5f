import { errorMaker, type ErrorTable } from '../errors/coded-error.js'

export const environmentErrors = {
  'environment-invalid': {
    title: 'The site is not in the shape of an environment',
    hint: 'Correct the places that are named; docs/site-file.md shows the shape.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const environmentError = errorMaker(environmentErrors)

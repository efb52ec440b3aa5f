import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const documentErrors = {
  'document-not-found': {
    title: 'A file is not there',
    hint: 'Check the path; relative paths start at the current folder, or at the folder of the file that names them.',
    exit: 1,
  },
  'document-unreadable': {
    title: 'A file cannot be read',
    hint: 'Check the path and its permissions.',
    exit: 1,
  },
  'document-too-large': {
    title: 'A file is larger than can be held',
    hint: 'Check that it is the file that you mean. Documents of this size are read as JSON only.',
    exit: 1,
  },
  'document-not-text': {
    title: 'A file is no UTF-8 text',
    hint: 'Save it as UTF-8, or check that it is the file that you mean.',
    exit: 1,
  },
  'document-syntax': {
    title: 'A file is not valid YAML or JSON',
    hint: 'Correct the text at this place.',
    exit: 1,
  },
  'document-duplicate-key': {
    title: 'A key is there twice in one mapping',
    hint: 'Keep one of them: readers would silently take the last.',
    exit: 1,
  },
  'document-several': {
    title: 'A file holds more than one YAML document',
    hint: 'Keep one document: remove the lines that hold only --- or ..., or split the file.',
    exit: 1,
  },
  'document-alias': {
    title: 'YAML aliases that never end, grow without bound or point nowhere',
    hint: 'Write the values out instead of using & and *.',
    exit: 1,
  },
  'document-tag': {
    title: 'A YAML tag that is not understood',
    hint: 'Remove the tag; put the value in quotes if it starts with an exclamation mark.',
    exit: 1,
  },
  'document-too-deep': {
    title: 'A document is nested too deeply',
    hint: 'Check that it is the file that you mean.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(documentErrors)

import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

/** @typedef {import('./error-codes.mjs').Section} Section */

const page = fileURLToPath(new URL('../../docs/errors.md', import.meta.url))

const HEAD = `# Errors

<!-- Generated from the packages' tables: \`node tools/errors.mjs\` after a change of one. -->

A failure is told as a sentence, a place, a hint and a code:

\`\`\`console
$ choirmaster plan --site site.yaml --instance 'Lamp[app3]'
Error: The site has no application Lamp[app3].
  at --instance
Hint: Did you mean Lamp[app1] or Lamp[app2]?
See docs/errors.md#plan-unknown-instance
\`\`\`

The place is a file with line and column, a path into a document such as \`$.applications["Lamp[app1]"]\`, a flag, a URL or a
certname. With \`--json\` standard output holds one object, \`{"error": {"code", "message", "hint", "place"}}\`, with \`problems\`
where there are several. Codes are stable; messages are not. Which exit code means what is in
[exit-codes.md](exit-codes.md). Plugins have codes of their own.`

/**
 * docs/errors.md as it must be: its path and its text, one heading for each code.
 * @param {Section[]} sections
 * @returns {Promise<[string, string]>}
 */
export async function errorPage(sections) {
  const list = sections.map(({ title }) => `- [${title}](#${anchorOf(title)})`)
  const text = [HEAD, '', ...list, '', ...sections.flatMap(linesOf)].join('\n')
  return [page, await format(text, { ...(await resolveConfig(page)), filepath: page })]
}

/** @param {Section} section */
function linesOf({ title, intro, entries }) {
  return [
    `## ${title}`,
    '',
    intro,
    '',
    ...entries.flatMap(({ code, title: what, exit, hint }) => [
      `### ${code}`,
      '',
      `**${ended(escaped(what))}** Exit code: ${exit}.`,
      '',
      ended(escaped(hint)),
      '',
    ]),
  ]
}

/** @param {string} title what GitHub makes an anchor of */
export function anchorOf(title) {
  return title
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
}

/** @param {string} sentence */
function ended(sentence) {
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`
}

/**
 * What Markdown would take for its own, outside of code: `<ssldir>`, `*`.
 * @param {string} text
 */
function escaped(text) {
  return text
    .split('`')
    .map((part, at) => (at % 2 === 0 ? part.replace(/[<*]/g, '\\$&') : part))
    .join('`')
}

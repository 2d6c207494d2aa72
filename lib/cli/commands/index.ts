/** The commands: what is not in this table does not exist. Each is loaded only when it is asked for. */
import type { Command } from '../command'

export const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  list: () => import('./list.js'),
  errors: () => import('./errors.js'),
  watch: () => import('./watch.js'),
  wait: () => import('./wait.js'),
  cancel: () => import('./cancel.js'),
  decode: () => import('./decode.js'),
  completion: () => import('./completion.js'),
}

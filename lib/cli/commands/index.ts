/** The commands: what is not in this table does not exist. */
import type { CommandTable } from '../command'

export const COMMANDS: CommandTable = {
  list: () => import('./list.js'),
  errors: () => import('./errors.js'),
  watch: () => import('./watch.js'),
  wait: () => import('./wait.js'),
  cancel: () => import('./cancel.js'),
  decode: () => import('./decode.js'),
  explain: () => import('./explain.js'),
  doctor: () => import('./doctor.js'),
  capture: () => import('./capture.js'),
  demo: () => import('./demo.js'),
  completion: () => import('./completion.js'),
}

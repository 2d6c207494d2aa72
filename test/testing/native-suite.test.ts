/** The engine's tests once more, without the addon and on any OS. */
import { serveFromTypeScript } from './serve'

/**
 * Not here: what is about COM, the binary or Wine's own WMI, and what measures the addon; the fault matrix and what takes
 * its time have processes of their own.
 */
const FILES = [
  'exec-method',
  'get-error-ex',
  'invoke',
  'job-life',
  'jobs',
  'long-listing',
  'reconnect',
  'session',
  'structured-clone',
  'wait',
  'watch',
]

serveFromTypeScript()
for (const file of FILES) require(`../native/${file}.test`)

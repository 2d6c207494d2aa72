/** The engine's tests of worker threads, which wait for idle ones to end. */
import { serveFromTypeScript } from './serve'

serveFromTypeScript()
require('../native/workers.test')

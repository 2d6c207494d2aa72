/** The storm of jobs among the engine's tests. */
import { serveFromTypeScript } from './serve'

serveFromTypeScript()
require('../native/watch-storm.test')

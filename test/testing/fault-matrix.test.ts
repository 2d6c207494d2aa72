/** The fault matrix of the engine's tests. Its cases wait rather than work, and each has a host of its own. */
import { describe } from 'node:test'
import { serveFromTypeScript } from './serve'

serveFromTypeScript()
describe('on the simulated host', { concurrency: 64 }, () => require('../native/fault-matrix.test'))

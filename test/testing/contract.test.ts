/** What the native contract answers, word for word, on the host that is simulated in TypeScript. */
import { serveFromTypeScript } from './serve'

serveFromTypeScript()
require('../native/contract.test')

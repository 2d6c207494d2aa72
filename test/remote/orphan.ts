/** A program that tells the id of its server process and then waits to be killed. */
import { startRemoteServer } from '../../simulator/remote'

startRemoteServer({}).then(server => process.send?.(server.pid))

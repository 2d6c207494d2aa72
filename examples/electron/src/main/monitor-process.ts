/** The fleet as the entry of a utility process, for apps that want it apart from their main process. */
import { hostname } from 'node:os'
import { connect } from 'hyperv-job-errors'
import { Fleet } from './fleet'

const port = process.parentPort
const [, , ...hosts] = process.argv
const fleet = new Fleet({
  hosts: hosts.length > 0 ? hosts : [null],
  localName: hostname(),
  connect,
  publish: update => port.postMessage(update),
})
port.on('message', ({ data }) => {
  if (data === 'close') void fleet.close().finally(() => process.exit())
})
void fleet.start()

/** The monitor as the entry of a utility process, for apps that want it apart from their main process. */
import { connect } from 'hyperv-job-errors'
import { Monitor } from './monitor'

const port = process.parentPort
const monitor = new Monitor({
  host: process.argv[2] ?? '',
  connect,
  publish: update => port.postMessage(update),
})
port.on('message', ({ data }) => {
  if (data === 'close') void monitor.close().finally(() => process.exit())
})
void monitor.start()

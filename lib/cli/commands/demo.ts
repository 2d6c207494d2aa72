/** `demo`: what the tool does, shown on an invented host, on any system. */
import { defineCommand } from '../command'
import { story } from '../demo/story'
import { tell } from '../demo/tell'
import { simulatedHost } from '../simulated-host'

const INVENTED = 'A simulated host; its jobs and machines are invented.\n'

export const command = defineCommand({
  summary: 'show all this on an invented host, on any system',
  details:
    'Lists its migrations, says why those failed that did, and watches one that fails after a few seconds. With --simulate, of the host of that scenario.',
  options: {},
  examples: [
    { line: 'demo', explanation: 'the built-in story' },
    { line: 'demo --simulate host.json', explanation: 'the host of a scenario' },
  ],
  async run(_call, context) {
    const { simulate: file, timeoutMs } = context.connection
    const { simulate } = await import('../../testing/simulate.js')
    // One host for all of it, so that its time goes on from one command to the next.
    const addon = file === undefined ? simulate(story(new Date())) : await simulatedHost(file)
    const connection = timeoutMs === undefined ? {} : { timeoutMs }
    if (file === undefined) (context.json ? context.io.stderr : context.io.stdout)(INVENTED)
    try {
      return await tell({
        ...context,
        connection,
        connect: options => context.connect({ ...options, addon }),
      })
    } finally {
      addon.stop()
    }
  },
})

#!/usr/bin/env node
/** hyperv-job-agent [configuration.json] */
import { isHyperVError } from 'hyperv-job-errors'
import { Agent } from './agent'
import { ConfigError, readConfig } from './config'
import { errorFields, Log } from './log'

const EXIT_FAILED = 1
const EXIT_USAGE = 2
const EXIT_MS = 500
/** Ctrl-C is how WinSW stops a service; SIGBREAK is Ctrl-Break under Windows. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const

async function main(log: Log): Promise<number> {
  let agent: Agent
  try {
    agent = await Agent.start(
      readConfig(process.argv[2] ?? process.env.HYPERV_AGENT_CONFIG, process.env),
      log,
    )
  } catch (error) {
    log.fatal('the agent cannot start', errorFields(error))
    const isUsage = error instanceof ConfigError || (isHyperVError(error) && error.code === 'ERR_INVALID_ARG')
    return isUsage ? EXIT_USAGE : EXIT_FAILED
  }
  let stopping: Promise<void> | undefined
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (stopping !== undefined) process.exit(EXIT_FAILED)
      stopping = agent.stop()
    })
  }
  try {
    await agent.run()
    await stopping
    return 0
  } catch (error) {
    log.fatal('the agent cannot go on', errorFields(error))
    await agent.stop()
    return EXIT_FAILED
  }
}

const log = new Log()
main(log)
  .catch(error => {
    log.fatal('the agent failed', errorFields(error))
    return EXIT_FAILED
  })
  .then(code => {
    process.exitCode = code
    // A request that the collector does not answer must not hold up the service.
    setTimeout(() => process.exit(), EXIT_MS).unref()
  })

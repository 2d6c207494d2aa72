'use strict'
/**
 * Loaded by node.exe before a script: makes `hyperv-job-errors` (and its subpaths) resolve to this project from
 * wherever the script lies, lets Ctrl+C end it with the usual exit code, tells it that a person watches a terminal, and
 * starts the simulator when a scenario is given.
 */
const Module = require('node:module')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { isMainThread } = require('node:worker_threads')

const root = join(__dirname, '..', '..', '..')

/** Only what the script cannot find itself: a copy that it has installed comes first. */
const resolveFilename = Module._resolveFilename
Module._resolveFilename = function (request, ...rest) {
  try {
    return resolveFilename.call(this, request, ...rest)
  } catch (error) {
    if (!/^hyperv-job-errors(?:\/|$)/.test(request) || error.code !== 'MODULE_NOT_FOUND') throw error
    // This file belongs to the package, which may refer to itself by its name.
    return resolveFilename.call(this, request, module)
  }
}
Module.register(pathToFileURL(join(__dirname, 'resolve-project.mjs')))

// Wine ends a program that does not handle Ctrl+C with exit code 0, as if it had done its work.
if (isMainThread) {
  process.on('SIGINT', () => {
    if (process.listenerCount('SIGINT') === 1) process.exit(130)
  })
}

// A program of its own reads and writes files under Wine: see wine-run.mjs.
for (const name of process.env.HYPERV_JOB_ERRORS_TTY?.split(',') ?? []) {
  Object.assign(process[name], { isTTY: true, columns: Number(process.env.COLUMNS) })
}

const scenario = process.env.HYPERV_JOB_ERRORS_SCENARIO
// Workers load this file too; the simulator serves the whole process.
if (scenario !== undefined && isMainThread) {
  const { startSimulator } = require(join(root, 'dist', 'simulator', 'index.js'))
  try {
    startSimulator(scenario)
  } catch (error) {
    process.stderr.write(`cannot simulate ${scenario}: ${error.message}\n`)
    process.exit(2)
  }
}

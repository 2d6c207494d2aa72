/**
 * Runs the addon of failing_addon.cc in Windows node.exe: whatever allocation of the JavaScript thread fails, the call
 * throws "out of memory" or does what it is to do, and the process lives. Prints a line for each check.
 */
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const [, , path] = process.argv
const MOST = 400

if (isMainThread) main()
else load()

function load() {
  try {
    const addon = require(workerData)
    parentPort.postMessage(typeof addon.Session === 'function' ? 'loaded' : 'loaded without a Session')
  } catch (error) {
    parentPort.postMessage(error.message)
  }
}

async function main() {
  const addon = require(path)
  const settled = new Map()
  addon.onSettle(
    (ticket, failure, result) => {
      addon.disarm()
      settled.get(ticket)?.({ failure, result })
    },
    () => setImmediate(() => addon.settleMore()),
  )
  // A connection in the making keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  let failed = 0
  let last = 0
  const check = (what, holds) => {
    console.log(`${holds ? 'ok' : 'not ok'} ${what}`)
    if (!holds) failed++
  }

  const settings = {
    host: null,
    namespace: 'root\\cimv2',
    user: 'a user whose name is longer than what a string holds within itself',
    password: 'a password that is longer than what a string holds within itself',
    authority: null,
    locale: null,
    maxWorkers: 2,
    maxQueued: 10,
  }
  const local = { ...settings, user: null, password: null }
  /** Has every allocation of `work` fail in turn, alone and with all that follow; true when each outcome was allowed. */
  const exhaust = (what, work) => {
    for (const count of [1, 1_000_000]) {
      const outcomes = new Map()
      let at = 0
      let done = false
      while (!done && ++at <= MOST) {
        let outcome = 'done'
        addon.arm(at, count)
        try {
          work()
        } catch (error) {
          outcome = error.message
        }
        done = addon.disarm() === 0
        if (!done) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      const allowed = [...outcomes.keys()].every(outcome => outcome === 'done' || outcome === 'out of memory')
      const tried = [...outcomes].map(([outcome, times]) => `${times} x ${outcome}`).join(', ')
      check(
        `${what}, ${count === 1 ? 'one allocation fails' : 'all fail from one on'}: ${tried}`,
        done && allowed && at > 1,
      )
    }
  }

  for (const count of [1, 1_000_000]) {
    let refused = 0
    let message = ''
    for (let at = 1; at <= MOST; at++) {
      addon.armLoad(at, count)
      const worker = new Worker(__filename, { argv: [path], workerData: path })
      ;[message] = await new Promise((resolve, reject) => {
        worker.once('message', text => worker.once('exit', code => resolve([text, code])))
        worker.once('error', reject)
      })
      if (message !== 'out of memory') break
      refused++
    }
    check(`loading, refused ${refused} times, in the end: ${message}`, refused > 0 && message === 'loaded')
  }
  addon.armLoad(0, 0)

  exhaust('a new session', () => new addon.Session(settings).close())
  const parent = new addon.Session(local)
  exhaust('a fork', () => new addon.Session({ parent, maxWorkers: 1, maxQueued: 1 }).close())
  const call = start =>
    new Promise(resolve => {
      const ticket = ++last
      settled.set(ticket, resolve)
      if (start(ticket) !== 0) resolve({ refused: true })
    })
  const connected = await call(ticket => parent.connect(ticket))
  check('the session connects after all that', connected.failure === null)

  // Without a thread to run them on, so that they wait in the queue and are dropped with the session.
  const longPath = 'Win32_Process.Handle="a path that is longer than what a string holds within itself"'
  const calls = {
    connect: session => session.connect(++last),
    execMethod: session =>
      session.execMethod(
        ++last,
        longPath,
        'Win32_Process',
        'Create',
        ['CommandLine', [longPath, 1, 2n ** 63n]],
        ['ReturnValue'],
      ),
    getObject: session => session.getObject(++last, longPath),
    query: session => session.query(++last, longPath),
    subscribe: session => session.subscribe(++last, longPath),
    nextEvents: session => session.nextEvents(++last),
    stats: session => session.stats(),
    abandon: session => session.abandon(last),
  }
  for (const [name, submit] of Object.entries(calls)) {
    exhaust(name, () => {
      const session = new addon.Session(local)
      try {
        submit(session)
      } finally {
        session.close()
      }
    })
  }

  // What is settled meanwhile: the deadline of its caller ends a call that is lost for want of memory.
  const wql = 'SELECT * FROM Win32_OperatingSystem'
  let arrived = 0
  let lost = 0
  for (let at = 1; at <= 60; at++) {
    const outcome = await Promise.race([
      call(ticket => {
        const status = parent.query(ticket, wql)
        addon.arm(at, at % 2 === 0 ? 1 : 1_000_000)
        return status
      }),
      new Promise(resolve => setTimeout(resolve, 400)),
    ])
    addon.disarm()
    if (outcome === undefined) lost++
    else arrived++
  }
  check(
    `results while allocations fail: ${arrived} arrived, ${lost} were lost`,
    arrived + lost === 60 && arrived > 0,
  )
  const healthy = await call(ticket => parent.query(ticket, wql))
  check('the next result arrives', healthy.failure === null && healthy.result.length === 1)
  parent.close()
  clearInterval(alive)
  console.log(`${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

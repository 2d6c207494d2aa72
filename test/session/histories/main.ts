/** node dist/test/session/histories/main.js [--runs 100000] [--seed <number>] */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { checkHistories } from './check'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
})
const started = performance.now()
checkHistories(Number(values.runs), Number(values.seed)).then(
  () => console.log(`all fine, ${((performance.now() - started) / 1000).toFixed(1)} s`),
  (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  },
)

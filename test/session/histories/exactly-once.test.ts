import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { checkHistories } from './check'

/** The script beside this file plays as many as it is asked to. */
const RUNS = 2_000

test('each end of a job is reported once, whatever order it is seen in', async () => {
  await checkHistories(RUNS, randomInt(2 ** 31))
})

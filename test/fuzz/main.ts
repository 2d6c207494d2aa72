/**
 * Differential fuzzing of the CIM-XML decoder: `npm run fuzz -- [--seed N] [--seconds S] [--inputs N]`.
 *
 * Ends with exit code 1 at the first difference that nothing explains, with the seed and the text, which is kept
 * in test/fixtures/cimxml/found/ as well: there it becomes a test.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from './compare'
import { generate } from './generate'
import { mutate } from './mutate'
import { Random } from './random'

const DEFAULT_SECONDS = 30
const FOUND = join(__dirname, '../../../test/fixtures/cimxml/found')

function main(): void {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, seconds: { type: 'string' }, inputs: { type: 'string' } },
  })
  const seed = numberOf(values.seed, Date.now() % 0x80000000)
  const inputs = numberOf(values.inputs, Number.POSITIVE_INFINITY)
  // With a number of inputs alone there is no bound on the time.
  const seconds = numberOf(
    values.seconds,
    values.inputs === undefined ? DEFAULT_SECONDS : Number.POSITIVE_INFINITY,
  )
  process.exitCode = fuzz(seed, seconds * 1000, inputs)
}

function numberOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new RangeError(`expected a whole number, received ${text}`)
  return number
}

function fuzz(seed: number, budgetMs: number, inputs: number): number {
  const random = new Random(seed)
  const start = performance.now()
  const explained = new Map<string, number>()
  let count = 0
  let accepted = 0
  let units = 0
  let previous = ''
  while (count < inputs && performance.now() - start < budgetMs) {
    const whole = generate(random)
    const text = random.once(2) ? whole : mutate(random, whole, previous)
    previous = whole
    count++
    units += text.length
    const outcome = examine(text)
    if (outcome.accepted) accepted++
    for (const reason of outcome.explained) explained.set(reason, (explained.get(reason) ?? 0) + 1)
    if (outcome.difference !== null) {
      report(seed, count, text, outcome.difference)
      return 1
    }
  }
  const seconds = (performance.now() - start) / 1000
  console.log(
    `seed ${seed}: ${count} inputs in ${seconds.toFixed(1)} s (${Math.round(count / seconds)} a second), ${units} units`,
  )
  console.log(`accepted ${accepted}, refused ${count - accepted}, unexplained differences 0`)
  for (const [reason, times] of explained) console.log(`explained ${times}: ${reason}`)
  return 0
}

function examine(text: string): ReturnType<typeof compare> {
  try {
    return compare(text)
  } catch (error) {
    const thrown = error instanceof Error ? error.stack : String(error)
    return { accepted: false, explained: [], difference: `threw ${thrown}` }
  }
}

function report(seed: number, count: number, text: string, difference: string): void {
  mkdirSync(FOUND, { recursive: true })
  const file = join(FOUND, `${seed}-${count}.json`)
  writeFileSync(file, `${JSON.stringify({ seed, input: count, difference, xml: text }, null, 2)}\n`)
  console.error(`seed ${seed}, input ${count}: ${difference}\n${JSON.stringify(text)}\nkept in ${file}`)
}

main()

/**
 * Whole outputs, kept as files that a person has read. `HYPERV_TEST_WRITE_GOLDEN=1` writes them anew; what changed is
 * then to be read in the diff.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { toEcsDocuments, toOtelLogRecords } from '../../lib/entries/telemetry'
import { failureOf } from './failures'

const FOLDER = join(__dirname, '../../../test/fixtures/telemetry')
const OUTPUT = /\.(?:otel|ecs)\.json$/
const OPTIONS = { includeRaw: true }

const names = readdirSync(FOLDER)
  .filter(name => !OUTPUT.test(name))
  .map(name => name.replace('.json', ''))

for (const name of names) {
  for (const [format, convert] of Object.entries({ otel: toOtelLogRecords, ecs: toEcsDocuments })) {
    test(`${name} becomes what ${name}.${format}.json says`, () => {
      const description = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
      const converted = convert(failureOf(description), OPTIONS)
      const file = join(FOLDER, `${name}.${format}.json`)
      if (process.env.HYPERV_TEST_WRITE_GOLDEN === '1') {
        writeFileSync(file, `${JSON.stringify(converted, null, 2)}\n`)
      }
      assert.deepEqual(JSON.parse(JSON.stringify(converted)), JSON.parse(readFileSync(file, 'utf8')))
    })
  }
}

/** The schema that ships with the package, read by a validator that knows nothing of this one. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Ajv2020 from 'ajv/dist/2020'
import { scenarioSchema } from '../../lib/entries/testing'
import { checkScenario } from '../../lib/testing/check-scenario'
import { firstViolation } from '../../lib/testing/schema'
import { Random } from '../fuzz/random'

const FIXTURES = join(__dirname, '../../../test/fixtures')
const SEED = 20_261_126
const MUTATIONS = 5_000

/** Every key of the format, each with a value it may have. */
const EVERYTHING = {
  note: 'unknown keys are left alone',
  computer: 'HV-07',
  namespaceMissing: false,
  jobs: [
    {
      class: 'msvm_migrationjob',
      properties: { InstanceID: 'A', JobState: 4 },
      getErrorEx: [
        { returnValue: 0, errors: ['<oops', null], latencyMs: 1.5, shape: 'array' },
        { errors: null },
      ],
      timeline: [
        { afterMs: 0, set: { JobState: 10 } },
        { afterMs: 5, create: true },
        { afterMs: 9, remove: true },
      ],
    },
  ],
  instances: [{ class: 'Msvm_ComputerSystem', properties: { Name: 'G', ElementName: 'db' } }],
  methods: [
    {
      class: 'Msvm_ComputerSystem',
      name: 'RequestStateChange',
      answers: [{ returnValue: 4096, starts: 'A', out: { Extra: 'x' }, latencyMs: 0 }],
    },
  ],
  faults: [
    { operation: 'connect', calls: [1, 2], hresult: '0x800706BA', hangMs: 0, description: 'x' },
    { operation: 'execMethod', method: 'GetErrorEx', object: 'A', hresult: -2147023174 },
    { operation: 'next', hresult: 0x800706be },
  ],
  events: { needsWithin: true, maxSubscriptions: 4, dropAfter: 10 },
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  86_400_001,
  2 ** 32,
  0x8000_0000,
  '',
  'A',
  '0x800706BA',
  '800706ba',
  '0x00000001',
  'query',
  'array',
  'Msvm_StorageJob',
  'msvm_STORAGEjob',
  'no name',
  [],
  [1],
  [null],
  ['x'],
  {},
  { afterMs: 1 },
  { class: 'Msvm_MigrationJob', properties: {} },
]

/** A copy with one thing changed somewhere: a value, a key left out, or a key in another case. */
function mutate(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.once(12)) return random.pick(VALUES)
  if (Array.isArray(value)) {
    const items = [...value]
    if (items.length === 0 || random.once(6)) return [...items, random.pick(VALUES)]
    const at = random.below(items.length)
    items[at] = mutate(items[at], random)
    return items
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return { [String(random.pick(VALUES))]: random.pick(VALUES) }
  const [name, item] = random.pick(entries)
  const rest = Object.fromEntries(entries.filter(([other]) => other !== name))
  if (random.once(8)) return rest
  if (random.once(8)) return { ...rest, [random.once(2) ? name.toUpperCase() : name.toLowerCase()]: item }
  return { ...rest, [name]: mutate(item, random) }
}

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(scenarioSchema)

function readFixtures(): unknown[] {
  const folder = join(FIXTURES, 'scenarios')
  const files = [join(FIXTURES, 'demo.json'), ...readdirSync(folder).map(name => join(folder, name))]
  return files.map(file => JSON.parse(readFileSync(file, 'utf8')))
}

test('the schema is one that a strict validator takes, and it accepts every fixture', () => {
  for (const scenario of [EVERYTHING, ...readFixtures()]) {
    assert.ok(validate(scenario), JSON.stringify(validate.errors))
    checkScenario(scenario)
  }
})

test(`the schema and the check agree on ${MUTATIONS} changed scenarios (seed ${SEED})`, () => {
  const random = new Random(SEED)
  const counts = { valid: 0, invalid: 0, refusedOnlyByMeaning: 0 }
  for (let i = 0; i < MUTATIONS; i++) {
    let scenario: unknown = EVERYTHING
    for (let changes = 0; changes <= random.below(3); changes++) scenario = mutate(scenario, random)
    const isValid = validate(scenario)
    const violation = firstViolation(scenarioSchema, scenario)
    assert.equal(violation === null, isValid, `${JSON.stringify(scenario)}: ${JSON.stringify(violation)}`)
    counts[isValid ? 'valid' : 'invalid'] += 1
    let isAccepted = true
    try {
      checkScenario(scenario)
    } catch (error) {
      isAccepted = false
      assert.equal((error as { code?: unknown }).code, 'ERR_INVALID_ARG', String(error))
    }
    assert.ok(isValid || !isAccepted, JSON.stringify(scenario))
    if (isValid && !isAccepted) counts.refusedOnlyByMeaning += 1
  }
  console.log(`# ${JSON.stringify(counts)}`)
  assert.ok(counts.valid > MUTATIONS / 10 && counts.invalid > MUTATIONS / 10)
})

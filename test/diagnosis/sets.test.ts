import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  readChains,
  readMessages,
  type Score,
  scoreChainDiagnoses,
  scoreCodes,
  scoreDiagnoses,
  scorePrimaries,
} from '../support/diagnosis-sets'

function assertScore(score: Score, precision: number, recall: number): void {
  const figures = `precision ${score.precision}, recall ${score.recall}`
  assert.ok(score.precision >= precision && score.recall >= recall, [figures, ...score.complaints].join('\n'))
}

for (const name of ['dev', 'held-out', 'attack']) {
  describe(`the ${name} set`, () => {
    const messages = readMessages(name)
    const chains = readChains(name)

    test('has messages with and without codes, of many failures, and chains', () => {
      assert.ok(messages.filter(({ codes }) => codes.length === 0).length > 50)
      assert.ok(new Set(messages.map(({ diagnosis }) => diagnosis)).size > 30)
      assert.ok(chains.length >= 40)
    })
    test('has its codes found', () => assertScore(scoreCodes(messages), 0.99, 0.98))
    test('has its messages diagnosed', () => assertScore(scoreDiagnoses(messages), 0.97, 0.9))
    test('has its chains diagnosed', () => assertScore(scoreChainDiagnoses(chains), 0.97, 0.9))
    test('has the cause chosen among the records of a job', () => {
      const { right, complaints } = scorePrimaries(chains)
      assert.ok(right >= (chains.length * 46) / 48, complaints.join('\n'))
    })
  })
}

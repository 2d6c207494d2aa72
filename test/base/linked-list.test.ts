/** The list that watches queue in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LinkedList } from '../../lib/base/linked-list'
import { bytesLeftOf } from '../support/garbage'

test('items that were taken out are freed by the collections of young objects', () => {
  const list = new LinkedList<readonly number[]>()
  const left = bytesLeftOf(ballast => {
    list.push(ballast)
    if (list.length > 64) list.shift()
  })
  assert.ok(left < 100, `${left} bytes of an item are left; it has 800`)
})

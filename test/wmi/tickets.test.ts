/** The list of calls under way. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Pending, Tickets } from '../../lib/wmi/tickets'
import { FakeAddon } from '../support/fake-addon'
import { bytesLeftOf } from '../support/garbage'

class Waiting implements Pending {
  readonly settled: unknown[] = []

  constructor(
    readonly owner: object,
    readonly ballast: readonly number[] = [],
  ) {}

  settle(_failure: null, result: unknown): void {
    this.settled.push(result)
  }

  fail(reason: unknown): void {
    this.settled.push(reason)
  }
}

function makeTickets() {
  const addon = new FakeAddon(() => undefined)
  return { addon, tickets: new Tickets(addon) }
}

describe('tickets', () => {
  test('the addon settles who waits for a ticket, once', () => {
    const { addon, tickets } = makeTickets()
    const [one, other] = [new Waiting({}), new Waiting({})]
    const ticket = tickets.add(one)
    const another = tickets.add(other)
    assert.notEqual(ticket, another)
    addon.settle(another, null, 'b')
    addon.settle(ticket, null, 'a')
    addon.settle(ticket, null, 'again')
    assert.deepEqual([one.settled, other.settled], [['a'], ['b']])
  })

  test('a ticket that was taken stands for nobody, also when its place is another’s', () => {
    const { addon, tickets } = makeTickets()
    const [first, second] = [new Waiting({}), new Waiting({})]
    const ticket = tickets.add(first)
    assert.equal(tickets.take(ticket), first)
    assert.equal(tickets.take(ticket), undefined)
    const later = tickets.add(second)
    assert.equal(tickets.get(ticket), undefined)
    addon.settle(ticket, null, 'late')
    assert.equal(tickets.get(later), second)
    assert.deepEqual([first.settled, second.settled], [[], []])
  })

  test('tickets stay exact and different for millions of calls', () => {
    const { tickets } = makeTickets()
    const waiting = new Waiting({})
    const held = tickets.add(waiting)
    let last = held
    for (let calls = 0; calls < 2_500_000; calls++) {
      const ticket = tickets.add(waiting)
      assert.ok(Number.isSafeInteger(ticket) && ticket !== held && ticket !== last)
      assert.equal(tickets.take(ticket), waiting)
      last = ticket
    }
    assert.equal(tickets.take(held), waiting)
  })

  test('all of one owner are taken, and those of others are left', () => {
    const { tickets } = makeTickets()
    const [owner, other] = [{}, {}]
    const own = [new Waiting(owner), new Waiting(owner)]
    const left = new Waiting(other)
    const ticketsOfAll = [own[0], left, own[1]].map(waiting => tickets.add(waiting as Waiting))
    assert.deepEqual(tickets.takeAllOf(owner), own)
    assert.deepEqual(
      ticketsOfAll.map(ticket => tickets.get(ticket)),
      [undefined, left, undefined],
    )
  })

  // V8 keeps what an old table of a Map held: see Tickets.
  test('calls that have ended are freed by the collections of young objects', () => {
    const { tickets } = makeTickets()
    const underWay: number[] = []
    const left = bytesLeftOf(ballast => {
      underWay.push(tickets.add(new Waiting({}, ballast)))
      if (underWay.length > 64) tickets.take(underWay.shift() as number)
    })
    assert.ok(left < 100, `${left} bytes of a call are left; it has 800`)
  })
})

/** The calls that the addon has been given, by the numbers that stand for them. */
import { setImmediate } from '../base/clock'
import type { NativeAddon, NativeFailure } from './addon'

/** Whoever waits for a ticket. */
export interface Pending {
  /** Whose it is: see {@link Tickets.takeAllOf}. */
  readonly owner: object
  settle(failure: NativeFailure | null, result: unknown): void
  fail(reason: unknown): void
}

/** The lower 32 bits of a ticket are its place in the list, the others count: a ticket that is late finds another one there. */
const TURN = 2 ** 32
/** Then the count begins again, so that a ticket stays an exact number. */
const TURNS = 2 ** 20

/**
 * One per environment: the addon knows one settle callback.
 *
 * A list and no Map: where entries come and go, V8 replaces a Map's table every so many of them, and leaves in the old
 * one what it held and a pointer to the new. Once one of these tables has grown old, each scavenge takes all calls since
 * for living ones.
 */
export class Tickets {
  readonly #pending: (Pending | undefined)[] = []
  /** Of each place, given last. */
  readonly #tickets: number[] = []
  readonly #free: number[] = []
  #turn = 0

  constructor(addon: NativeAddon) {
    addon.onSettle(
      (ticket, failure, result) => this.take(ticket)?.settle(failure, result),
      () => setImmediate(() => addon.settleMore()),
    )
  }

  add(pending: Pending): number {
    const place = this.#free.pop() ?? this.#pending.length
    this.#turn = (this.#turn + 1) % TURNS
    const ticket = this.#turn * TURN + place
    this.#tickets[place] = ticket
    this.#pending[place] = pending
    return ticket
  }

  get(ticket: number): Pending | undefined {
    const place = ticket >>> 0
    return this.#tickets[place] === ticket ? this.#pending[place] : undefined
  }

  /** From here on another waits for the ticket, which somebody waits for. */
  replace(ticket: number, pending: Pending): void {
    this.#pending[ticket >>> 0] = pending
  }

  /** Whoever takes a ticket settles it: nobody else can. */
  take(ticket: number): Pending | undefined {
    const pending = this.get(ticket)
    if (pending === undefined) return undefined
    const place = ticket >>> 0
    this.#pending[place] = undefined
    this.#free.push(place)
    return pending
  }

  takeAllOf(owner: object): readonly Pending[] {
    const tickets = this.#tickets.filter((_ticket, place) => this.#pending[place]?.owner === owner)
    return tickets.map(ticket => this.take(ticket)).filter(pending => pending !== undefined)
  }
}

/** Kept on the addon: another copy of this module in the environment shares the addon, and so the callback. */
const TICKETS = Symbol.for('hyperv-job-errors.tickets')

export function ticketsOf(addon: NativeAddon & { [TICKETS]?: Tickets }): Tickets {
  addon[TICKETS] ??= new Tickets(addon)
  return addon[TICKETS]
}

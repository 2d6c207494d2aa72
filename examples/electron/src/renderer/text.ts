/** Texts for people. */
import type { Outcome } from '../shared.js'

// Control characters, and those that reorder or hide text: a message must not look like what it is not.
const UNSAFE =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu

/** The text with such characters written out, `\u202e`. */
export function safeText(text: string): string {
  const writtenOut = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return text.replaceAll('\r\n', '\n').replace(UNSAFE, writtenOut)
}

const OUTCOMES: Readonly<Record<Outcome, readonly [rank: number, text: string]>> = {
  failed: [0, 'Failed'],
  vanished: [1, 'Vanished'],
  cancelled: [2, 'Cancelled'],
  running: [3, 'Running'],
  unknown: [4, 'Unknown'],
  warning: [5, 'Warnings'],
  succeeded: [6, 'Done'],
}

export function outcomeRank(outcome: Outcome): number {
  return OUTCOMES[outcome][0]
}

export function outcomeText(outcome: Outcome): string {
  return OUTCOMES[outcome][1]
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function dayText(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** `09:12:04`, with the day before it unless it is today's. */
export function timeText(ms: number, now = new Date()): string {
  const date = new Date(ms)
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return dayText(date) === dayText(now) ? time : `${dayText(date)} ${time}`
}

/** `1 h 02 min`, `2 min 05 s` or `7 s`. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  return `${seconds} s`
}

/** Text for people: safe for a terminal, and coloured. */
import type { CliIo } from '../types'

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green'
export type Paint = (style: Style, text: string) => string

const STYLES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }

export function painter({ colour }: Pick<CliIo, 'colour'>): Paint {
  return (style, text) => (colour && text !== '' ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text)
}

// Control characters, and those that reorder or hide text: a message must not be able to steer the terminal.
const UNSAFE =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Line ends become `\n` and tabs blanks; whatever could steer a terminal is shown as `\u001b`. */
export function safeText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/\t/g, ' ').replace(UNSAFE, escapeUnit)
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text).replace(/\n/g, '\\n')
}

/** A name with its number, so that neither is lost: `Major (5)`, or the number alone. */
export function labelled(name: string | null, value: number): string {
  return name === null ? String(value) : `${name} (${value})`
}

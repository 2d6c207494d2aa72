/** What the grammars of an instance and of a reference both ask of the tag that was read last. */

import type { DecodeError } from '../base/errors'
import type { Scanner } from './scanner'
import { ELEMENT_NAMES, Element } from './words'

/** The error for an element that `parent` does not take. */
export function unexpectedChild(scanner: Scanner, parent: number): DecodeError {
  return scanner.failure('child', scanner.tagStart, `not a child that ${ELEMENT_NAMES[parent]} takes`)
}

/** Reads the end of `parent`, which takes no child, or no more. */
export function expectEnd(scanner: Scanner, parent: number): void {
  if (scanner.nextChild(parent) !== Element.none) throw unexpectedChild(scanner, parent)
}

/** CLASSNAME of the tag, which must be there and not blank. */
export function requireClassName(scanner: Scanner): string {
  const { className, classNameAt } = scanner.tag
  return requireText(scanner, 'classname', className, classNameAt)
}

/** NAME of the tag, which must be there and not blank. */
export function requireName(scanner: Scanner): string {
  const { name, nameAt } = scanner.tag
  return requireText(scanner, 'name', name, nameAt)
}

function requireText(scanner: Scanner, rule: 'classname' | 'name', text: string | null, at: number): string {
  const { tagStart } = scanner
  if (text === null) throw scanner.failure(rule, tagStart, `${rule.toUpperCase()} is missing`)
  // Not blank, where it begins with a visible character of ASCII: trim takes its time.
  const unit = text.charCodeAt(0)
  if (!(unit > 0x20 && unit < 0x7f) && text.trim() === '')
    throw scanner.failure(rule, tagStart + at, `${rule.toUpperCase()} is empty`)
  return text
}

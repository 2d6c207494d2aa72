/** The grammar of a VALUE.REFERENCE (DSP0201 section 5.2.4.4 and the naming elements of section 5.2.3). */

import type { CimReference } from '../cim/types'
import { expectEnd, requireClassName, requireName, unexpectedChild } from './grammar'
import type { Scanner } from './scanner'
import { Element } from './words'

/** Where the object lives: the part of a path before the class. */
interface Place {
  readonly host: string | null
  readonly namespace: string | null
}

const NO_PLACE: Place = { host: null, namespace: null }

/** Reads the open VALUE.REFERENCE: a reference, or its text where it holds no element. */
export function readReference(scanner: Scanner): CimReference | string {
  if (!scanner.holdsElement()) return scanner.readText(Element['VALUE.REFERENCE'])
  const element = scanner.nextChild(Element['VALUE.REFERENCE'])
  const reference = readObject(scanner, element)
  expectEnd(scanner, Element['VALUE.REFERENCE'])
  return reference
}

function readObject(scanner: Scanner, element: number): CimReference {
  switch (element) {
    case Element.INSTANCENAME:
    case Element.CLASSNAME:
      return readName(scanner, element, NO_PLACE)
    case Element.INSTANCEPATH:
      return readPath(scanner, element, Element.NAMESPACEPATH, Element.INSTANCENAME)
    case Element.LOCALINSTANCEPATH:
      return readPath(scanner, element, Element.LOCALNAMESPACEPATH, Element.INSTANCENAME)
    case Element.CLASSPATH:
      return readPath(scanner, element, Element.NAMESPACEPATH, Element.CLASSNAME)
    case Element.LOCALCLASSPATH:
      return readPath(scanner, element, Element.LOCALNAMESPACEPATH, Element.CLASSNAME)
    default:
      throw unexpectedChild(scanner, Element['VALUE.REFERENCE'])
  }
}

/** Reads the open path element: a place, then a name. */
function readPath(scanner: Scanner, path: number, placeElement: number, nameElement: number): CimReference {
  const start = scanner.tagStart
  expectChild(scanner, path, placeElement, start)
  const place =
    placeElement === Element.NAMESPACEPATH
      ? readNamespacePath(scanner)
      : { host: null, namespace: readLocalNamespacePath(scanner) }
  expectChild(scanner, path, nameElement, start)
  const reference = readName(scanner, nameElement, place)
  expectEnd(scanner, path)
  return reference
}

function readNamespacePath(scanner: Scanner): Place {
  const start = scanner.tagStart
  expectChild(scanner, Element.NAMESPACEPATH, Element.HOST, start)
  const host = scanner.readText(Element.HOST)
  expectChild(scanner, Element.NAMESPACEPATH, Element.LOCALNAMESPACEPATH, start)
  const namespace = readLocalNamespacePath(scanner)
  expectEnd(scanner, Element.NAMESPACEPATH)
  return { host, namespace }
}

function readLocalNamespacePath(scanner: Scanner): string {
  const parts: string[] = []
  expectChild(scanner, Element.LOCALNAMESPACEPATH, Element.NAMESPACE, scanner.tagStart)
  for (;;) {
    parts.push(requireName(scanner))
    expectEnd(scanner, Element.NAMESPACE)
    const element = scanner.nextChild(Element.LOCALNAMESPACEPATH)
    if (element === Element.none) return parts.join('/')
    if (element !== Element.NAMESPACE) throw unexpectedChild(scanner, Element.LOCALNAMESPACEPATH)
  }
}

/** Reads the open INSTANCENAME or CLASSNAME; a class has no keys. */
function readName(scanner: Scanner, element: number, { host, namespace }: Place): CimReference {
  const keys: Record<string, string> = Object.create(null)
  if (element === Element.CLASSNAME) {
    const className = requireName(scanner)
    expectEnd(scanner, element)
    return { host, namespace, className, keys }
  }
  const className = requireClassName(scanner)
  readKeys(scanner, keys)
  return { host, namespace, className, keys }
}

/** Reads the content of an INSTANCENAME: any number of KEYBINDINGs, or one value of a key without a name. */
function readKeys(scanner: Scanner, keys: Record<string, string>): void {
  const names = new Set<string>()
  for (;;) {
    const element = scanner.nextChild(Element.INSTANCENAME)
    if (element === Element.none) return
    if (element === Element.KEYBINDING) {
      const name = requireName(scanner)
      const { foldedName, nameAt } = scanner.tag
      if (names.has(foldedName)) {
        throw scanner.failure(
          'key-duplicate',
          scanner.tagStart + nameAt,
          'the reference has this key already',
        )
      }
      names.add(foldedName)
      keys[name] = readKeyBinding(scanner)
    } else if (names.size === 0) {
      keys[''] = readKey(scanner, element, Element.INSTANCENAME)
      expectEnd(scanner, Element.INSTANCENAME)
      return
    } else {
      throw unexpectedChild(scanner, Element.INSTANCENAME)
    }
  }
}

function readKeyBinding(scanner: Scanner): string {
  const start = scanner.tagStart
  const element = scanner.nextChild(Element.KEYBINDING)
  if (element === Element.none) throw scanner.failure('child-missing', start, 'the key has no value')
  const value = readKey(scanner, element, Element.KEYBINDING)
  expectEnd(scanner, Element.KEYBINDING)
  return value
}

/** Reads the open value of a key. */
function readKey(scanner: Scanner, element: number, parent: number): string {
  if (element === Element.KEYVALUE) return scanner.readText(element)
  if (element !== Element['VALUE.REFERENCE']) throw unexpectedChild(scanner, parent)
  // A key may be a reference whose keys are references …; its source keeps all of it, at no cost in depth.
  return scanner.holdsElement() ? scanner.skipElement() : scanner.readText(element)
}

/** Reads the start tag of the one child that may come next. */
function expectChild(scanner: Scanner, parent: number, wanted: number, parentStart: number): void {
  const element = scanner.nextChild(parent)
  if (element === Element.none) throw scanner.failure('child-missing', parentStart, 'a child is missing')
  if (element !== wanted) throw unexpectedChild(scanner, parent)
}

/** Building elements. Text only ever gets in as text. */

type Child = Node | string | null

/** An element with attributes (a null one is left out) and children (null ones are left out). */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | null>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value)
  }
  element.append(...children.filter(child => child !== null))
  return element
}

export function button(label: string, attributes: Readonly<Record<string, string>>, onClick: () => void) {
  const element = el('button', { type: 'button', ...attributes }, label)
  element.addEventListener('click', onClick)
  return element
}

export function byId<Type extends HTMLElement>(id: string, type: { new (): Type }): Type {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new Error(`no ${type.name} #${id} in the page`)
  return element
}

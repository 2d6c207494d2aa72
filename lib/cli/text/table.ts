/** A table that fits: what each column may give up, and in which order, is for its caller to say. */
import { columnsOf, cutColumns, padColumns } from './layout'

export interface Column {
  /** The heading with the cells below it, in full; further forms are shorter. */
  readonly forms: readonly (readonly string[])[]
}

/** One concession: a shorter form of a column, cells cut at a width, or the column left out. */
export type Concession =
  | { readonly column: string; readonly form: number }
  | { readonly column: string; readonly cutTo: number }
  | { readonly column: string; readonly leaveOut: true }

const GAP = '  '

/**
 * The rows of a table at most `width` columns wide, the heading first. The concessions are made in their order until
 * the table fits; null when it does not even after the last.
 */
export function tableRows(
  columns: ReadonlyMap<string, Column>,
  concessions: readonly Concession[],
  width: number,
): string[] | null {
  const shown = new Map([...columns].map(([name, { forms }]) => [name, sized(forms[0] ?? [])]))
  for (const concession of concessions) {
    const surplus = totalWidth(shown.values()) - width
    if (surplus <= 0) break
    const { column } = concession
    const current = shown.get(column)
    if (current === undefined) continue
    if ('leaveOut' in concession) {
      shown.delete(column)
    } else if ('form' in concession) {
      const form = columns.get(column)?.forms[concession.form]
      if (form !== undefined) shown.set(column, sized(form))
    } else {
      const least = Math.max(concession.cutTo, columnsOf(current.cells[0] ?? ''))
      shown.set(column, {
        ...current,
        width: Math.min(current.width, Math.max(least, current.width - surplus)),
      })
    }
  }
  return totalWidth(shown.values()) <= width ? rowsOf([...shown.values()]) : null
}

interface Sized {
  readonly cells: readonly string[]
  readonly width: number
}

function sized(cells: readonly string[]): Sized {
  return { cells, width: cells.reduce((widest, cell) => Math.max(widest, columnsOf(cell)), 0) }
}

function totalWidth(columns: Iterable<Sized>): number {
  const widths = [...columns].map(column => column.width)
  return widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1))
}

function rowsOf(columns: readonly Sized[]): string[] {
  const [first] = columns
  return (first?.cells ?? []).map((_, row) =>
    columns
      .map(({ cells, width }) => padColumns(cutColumns(cells[row] ?? '', width), width))
      .join(GAP)
      .trimEnd(),
  )
}

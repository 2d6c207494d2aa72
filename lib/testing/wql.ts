/**
 * The part of WQL that the simulated host understands: `SELECT *|a,b FROM Class [WITHIN n] [WHERE …]` with comparisons
 * to literals, `IS [NOT] NULL`, ISA, AND, OR, NOT and parentheses. Source: Microsoft Learn, "WQL (SQL for WMI)".
 */

export type Operator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type Literal = string | number | boolean | null

/** The WHERE clause. `object` is the embedded object of an event query; null for the row itself. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare'
      readonly object: string | null
      readonly property: string
      readonly operator: Operator
      readonly literal: Literal
    }
  | { readonly kind: 'isa'; readonly object: string; readonly className: string }

export interface Query {
  /** Null for `*`. */
  readonly columns: readonly string[] | null
  readonly className: string
  readonly withinSeconds: number | null
  readonly where: Condition | null
}

interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'symbol' | 'end'
  readonly text: string
}

const TOKEN =
  /\s*(?:(?<word>[A-Za-z_]\w*)|(?<number>-?\d[\w.]*)|"(?<double>(?:[^"\\]|\\[\s\S])*)"|'(?<single>(?:[^'\\]|\\[\s\S])*)'|(?<symbol><>|!=|<=|>=|[=<>(),.*]))/y

/** Null for a text that does not consist of tokens. */
function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const groups = TOKEN.exec(text)?.groups
    if (groups === undefined) return null
    const { word, number, double, single, symbol } = groups
    if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol })
    else tokens.push({ kind: 'string', text: (double ?? single ?? '').replace(/\\([\s\S])/g, '$1') })
  }
  return tokens.some(({ kind, text }) => kind === 'number' && Number.isNaN(Number(text))) ? null : tokens
}

/** Thrown inside the parser alone. */
const MALFORMED = new Error('not a query')

/** Recursive descent. */
class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  query(): Query {
    this.#word('SELECT')
    const columns = this.#skip('symbol', '*') ? null : this.#columns()
    this.#word('FROM')
    const className = this.#take('word')
    const withinSeconds = this.#skip('word', 'WITHIN') ? Number(this.#take('number')) : null
    const where = this.#skip('word', 'WHERE') ? this.#or() : null
    if (this.#next.kind !== 'end') throw MALFORMED
    return { columns, className, withinSeconds, where }
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  #skip(kind: Token['kind'], text: string): boolean {
    const { kind: found, text: spelt } = this.#next
    if (found !== kind || spelt.toUpperCase() !== text) return false
    this.#at += 1
    return true
  }

  #word(text: string): void {
    if (!this.#skip('word', text)) throw MALFORMED
  }

  #take(kind: Token['kind']): string {
    const token = this.#next
    if (token.kind !== kind) throw MALFORMED
    this.#at += 1
    return token.text
  }

  #columns(): readonly string[] {
    const columns = [this.#take('word')]
    while (this.#skip('symbol', ',')) columns.push(this.#take('word'))
    return columns
  }

  #or(): Condition {
    let left = this.#and()
    while (this.#skip('word', 'OR')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  #and(): Condition {
    let left = this.#primary()
    while (this.#skip('word', 'AND')) left = { kind: 'and', left, right: this.#primary() }
    return left
  }

  #primary(): Condition {
    if (this.#skip('word', 'NOT')) return { kind: 'not', condition: this.#primary() }
    if (!this.#skip('symbol', '(')) return this.#comparison()
    const inner = this.#or()
    if (!this.#skip('symbol', ')')) throw MALFORMED
    return inner
  }

  #comparison(): Condition {
    const first = this.#take('word')
    if (this.#skip('word', 'ISA')) return { kind: 'isa', object: first, className: this.#take('string') }
    const isMember = this.#skip('symbol', '.')
    const place = isMember
      ? { object: first, property: this.#take('word') }
      : { object: null, property: first }
    if (this.#skip('word', 'IS')) {
      const operator = this.#skip('word', 'NOT') ? '<>' : '='
      this.#word('NULL')
      return { kind: 'compare', ...place, operator, literal: null }
    }
    return { kind: 'compare', ...place, operator: this.#operator(), literal: this.#literal() }
  }

  #operator(): Operator {
    const text = this.#take('symbol')
    switch (text) {
      case '!=':
        return '<>'
      case '=':
      case '<>':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return text
      default:
        throw MALFORMED
    }
  }

  #literal(): Literal {
    const { kind, text } = this.#next
    this.#at += 1
    if (kind === 'string') return text
    if (kind === 'number') return Number(text)
    const word = kind === 'word' ? text.toUpperCase() : ''
    if (word === 'NULL') return null
    if (word === 'TRUE' || word === 'FALSE') return word === 'TRUE'
    throw MALFORMED
  }
}

/** Null for a text that is no such query. */
export function parseQuery(text: string): Query | null {
  const tokens = tokensOf(text)
  if (tokens === null) return null
  try {
    return new Parser(tokens).query()
  } catch (error) {
    if (error === MALFORMED) return null
    throw error
  }
}

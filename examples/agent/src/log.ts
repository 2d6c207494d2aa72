/** The agent's own log: a line of ECS JSON for each event, on standard output. */

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Fields by their flat ECS names, as ECS loggers write them. */
export type Fields = Readonly<Record<string, unknown>>

export class Log {
  readonly #write: (line: string) => void

  constructor(write: (line: string) => void = line => process.stdout.write(line)) {
    this.#write = write
  }

  debug(message: string, fields?: Fields): void {
    if (process.env.HYPERV_AGENT_DEBUG === '1') this.#line('debug', message, fields)
  }

  info(message: string, fields?: Fields): void {
    this.#line('info', message, fields)
  }

  warn(message: string, fields?: Fields): void {
    this.#line('warn', message, fields)
  }

  error(message: string, fields?: Fields): void {
    this.#line('error', message, fields)
  }

  fatal(message: string, fields?: Fields): void {
    this.#line('fatal', message, fields)
  }

  #line(level: Level, message: string, fields: Fields = {}): void {
    const line = {
      '@timestamp': new Date().toISOString(),
      'log.level': level,
      message,
      'ecs.version': '9.4.0',
      'service.name': 'hyperv-job-agent',
      'process.pid': process.pid,
      ...fields,
    }
    this.#write(`${JSON.stringify(line)}\n`)
  }
}

/** An error as ECS fields. */
export function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { 'error.message': String(error) }
  const code = 'code' in error ? error.code : undefined
  return {
    'error.type': error.name,
    'error.message': error.message,
    ...(code === undefined ? {} : { 'error.code': String(code) }),
  }
}

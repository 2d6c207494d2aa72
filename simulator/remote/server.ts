/** The program of the server process. It ends when the process that started it does, however that ends. */
import { native, type Simulator, startSimulator } from '..'
import type { Answer, Numbered, Request } from './protocol'

let simulator: Simulator | undefined

function serve({ scenario, options, proxyLibrary }: Request & { do: 'serve' }): string {
  simulator = startSimulator(scenario, options)
  return native().marshalLocator(proxyLibrary).toString('base64')
}

function answer(request: Request): unknown {
  switch (request.do) {
    case 'serve':
      return serve(request)
    case 'counts':
      return simulator?.counts()
    case 'calls':
      return simulator?.calls()
  }
}

function reply(message: Answer): void {
  process.send?.(message)
}

process.on('message', ({ id, request }: Numbered) => {
  try {
    reply({ id, result: answer(request) })
  } catch (error) {
    reply({ id, error: String(error) })
  }
})
// By force: an orderly end can hang on what a thread held that was serving a call.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

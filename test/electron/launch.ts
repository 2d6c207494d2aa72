/**
 * Starts the compiled example with stand-ins for the modules of Electron that it uses. What crosses between the
 * processes is cloned, as Electron clones it.
 */
import { EventEmitter } from 'node:events'
import Module from 'node:module'
import { join } from 'node:path'
import * as real from '../../lib/entries'
import type { ReplayedSession } from './recording'

const appDir = join(__dirname, '..', '..', '..', 'build', 'electron')
const mainFile = join(appDir, 'dist', 'main', 'main.js')
const preloadFile = join(appDir, 'dist', 'preload.js')

type Handler = (event: object, ...args: unknown[]) => unknown
type Listener = (event: object, argument: unknown) => void

export interface StubFrame {
  url: string
}

class StubContents extends EventEmitter {
  readonly mainFrame: StubFrame = { url: 'about:blank' }
  readonly sent: { channel: string; message: unknown }[] = []
  openHandler: (() => { action: string }) | undefined
  destroyed = false
  receive: (channel: string, message: unknown) => void = () => {}

  isDestroyed(): boolean {
    return this.destroyed
  }

  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler
  }

  send(channel: string, message: unknown): void {
    const clone = structuredClone(message)
    this.sent.push({ channel, message: clone })
    this.receive(channel, clone)
  }
}

interface WebPreferences {
  readonly preload: string
  readonly contextIsolation: boolean
  readonly sandbox: boolean
  readonly nodeIntegration: boolean
}

/** The loosely typed end of the bridge, as the preload exposes it. */
export interface Bridge {
  snapshot(): Promise<Snapshot>
  onUpdate(listener: (update: Snapshot & { readonly removed: readonly string[] }) => void): () => void
  readErrors(key: string): Promise<void>
  copy(key: string, what: string): Promise<void>
  onOpen(listener: (key: string) => void): () => void
  cancel(
    key: string,
  ): Promise<{ readonly outcome: string | null; readonly problem: { readonly title: string } | null }>
  retry(): Promise<void>
  dismiss(noticeId: number): Promise<void>
}

export interface HostView {
  readonly name: string
  readonly listed: boolean
  readonly connection: {
    readonly state: string
    readonly problem?: { readonly title: string; readonly category: string | null }
  }
}

export interface Snapshot {
  readonly revision: number
  readonly hosts: readonly HostView[]
  readonly jobs: readonly {
    readonly key: string
    readonly host: string
    readonly job: real.Job
    readonly outcome: string
    readonly labels: Readonly<Record<string, string>>
    readonly report: {
      readonly primary: number | null
      readonly errors: readonly object[] | null
      readonly diagnosis: { readonly id: string } | null
    } | null
    readonly problem: { readonly title: string } | null
  }[]
  readonly notices: readonly { readonly id: number; readonly text: string }[]
}

export interface LaunchOptions {
  readonly connect: (options: {
    readonly signal: AbortSignal
    readonly host?: string
  }) => Promise<ReplayedSession>
  /** Whether this is the first instance; default true. */
  readonly first?: boolean
  /** --host */
  readonly host?: string
}

/** Everything that the app did with Electron, and the means to act on it. */
export class App extends EventEmitter {
  readonly contents = new StubContents()
  readonly handlers = new Map<string, Handler>()
  readonly windows: { readonly webPreferences: WebPreferences }[] = []
  readonly schemes: { readonly scheme: string; readonly privileges: object }[] = []
  readonly exposed: Record<string, unknown> = {}
  readonly notifications: { readonly title: string; readonly body: string; click(): void }[] = []
  clipboard = ''
  ended = false
  sandboxed = false
  focused = 0
  permission: ((contents: object, name: string, done: (granted: boolean) => void) => void) | undefined
  respond: ((request: { readonly url: string }) => Promise<Response>) | undefined

  get bridge(): Bridge {
    return this.exposed.hyperv as Bridge
  }

  /** Calls a handler as a page would, by default the window's own. */
  async invoke(channel: string, args: readonly unknown[], event: object = this.ownEvent()): Promise<unknown> {
    const handler = this.handlers.get(channel)
    if (handler === undefined) throw new Error(`no handler for ${channel}`)
    return structuredClone(await handler(event, ...structuredClone(args)))
  }

  ownEvent(): object {
    return { sender: this.contents, senderFrame: this.contents.mainFrame }
  }

  /** What app.quit() does: asks, and ends if nobody objects. */
  quit(): void {
    let prevented = false
    this.emit('before-quit', {
      preventDefault() {
        prevented = true
      },
    })
    if (prevented) return
    this.ended = true
    this.emit('quit')
  }

  /** Resolves once the app has ended. */
  async stop(): Promise<void> {
    if (this.ended) return
    const ended = new Promise(resolve => this.once('quit', resolve))
    this.quit()
    await ended
  }
}

export async function launch({ connect, first = true, host = '' }: LaunchOptions): Promise<App> {
  const app = new App()
  const electron = stubOf(app, first, host)
  load(mainFile, { electron, 'hyperv-job-errors': { ...real, connect } })
  if (!first) return app
  await new Promise<void>(resolve => app.once('loaded', resolve))
  load(preloadFile, { electron })
  return app
}

export interface MonitorProcess {
  readonly posted: Snapshot[]
  /** Resolves with what was posted next. */
  next(): Promise<Snapshot>
  /** Asks it to close; resolves once it ends itself. */
  close(): Promise<void>
}

/** Runs the entry of the utility process, whose port and exit are ours. */
export function launchMonitorProcess(connect: LaunchOptions['connect']): MonitorProcess {
  const port = new EventEmitter()
  const posts = new EventEmitter()
  const posted: Snapshot[] = []
  const postMessage = (message: Snapshot) => {
    posted.push(structuredClone(message))
    posts.emit('post', message)
  }
  const { exit } = process
  Object.assign(process, { parentPort: Object.assign(port, { postMessage }) })
  load(join(appDir, 'dist', 'main', 'monitor-process.js'), { 'hyperv-job-errors': { ...real, connect } })
  return {
    posted,
    next: () => new Promise(resolve => posts.once('post', resolve)),
    close: () =>
      new Promise<void>(resolve => {
        process.exit = (() => {
          process.exit = exit
          resolve()
        }) as typeof exit
        port.emit('message', { data: 'close' })
      }),
  }
}

/** Runs a file of the app anew, with these modules in place of those of the same names. */
function load(file: string, stubs: Readonly<Record<string, object>>): void {
  for (const path of Object.keys(require.cache)) if (path.startsWith(appDir)) delete require.cache[path]
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown }
  const original = loader._load
  loader._load = function (request, ...rest) {
    return stubs[request] ?? original.call(this, request, ...rest)
  }
  try {
    require(file)
  } finally {
    loader._load = original
  }
}

function stubOf(app: App, first: boolean, host: string): object {
  class BrowserWindow extends EventEmitter {
    readonly webContents = app.contents

    constructor(options: { readonly webPreferences: WebPreferences }) {
      super()
      app.windows.push(options)
      app.emit('web-contents-created', {}, app.contents)
    }

    async loadURL(url: string): Promise<void> {
      app.contents.mainFrame.url = url
      app.emit('loaded')
    }

    isMinimized(): boolean {
      return false
    }

    focus(): void {
      app.focused += 1
    }

    show(): void {}
  }

  class Notification extends EventEmitter {
    static isSupported(): boolean {
      return true
    }

    readonly #options: { readonly title: string; readonly body: string }

    constructor(options: { readonly title: string; readonly body: string }) {
      super()
      this.#options = options
    }

    show(): void {
      app.notifications.push({ ...this.#options, click: () => this.emit('click') })
    }
  }

  const listeners = new Map<string, Set<Listener>>()
  app.contents.receive = (channel, message) => {
    for (const listener of listeners.get(channel) ?? []) listener({ sender: 'ipcRenderer' }, message)
  }
  return {
    app: Object.assign(app, {
      commandLine: { getSwitchValue: (name: string) => (name === 'host' ? host : '') },
      requestSingleInstanceLock: () => first,
      setAppUserModelId: () => {},
      whenReady: async () => {},
      enableSandbox: () => {
        app.sandboxed = true
      },
    }),
    BrowserWindow,
    Notification,
    clipboard: {
      writeText: (text: string) => {
        app.clipboard = text
      },
    },
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) => {
        app.exposed[name] = api
      },
    },
    ipcMain: { handle: (channel: string, handler: Handler) => app.handlers.set(channel, handler) },
    ipcRenderer: {
      invoke: (channel: string, ...args: unknown[]) => app.invoke(channel, args),
      on: (channel: string, listener: Listener) => {
        listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener))
      },
      off: (channel: string, listener: Listener) => listeners.get(channel)?.delete(listener),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: App['schemes']) => app.schemes.push(...schemes),
      handle: (_scheme: string, respond: NonNullable<App['respond']>) => {
        app.respond = respond
      },
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: NonNullable<App['permission']>) => {
          app.permission = handler
        },
        setPermissionCheckHandler: () => {},
      },
    },
  }
}

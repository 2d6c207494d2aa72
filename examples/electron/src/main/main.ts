/** The main process: one window, one session, nothing else. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import { app, BrowserWindow, protocol, session } from 'electron'
import { connect } from 'hyperv-job-errors'
import { send, serve } from './ipc'
import { Monitor } from './monitor'
import { PAGE_URL, respond, SCHEME } from './page'

const remoteHost = app.commandLine.getSwitchValue('host')
const host = remoteHost || hostname()
let window: BrowserWindow | undefined

const monitor = new Monitor({
  host,
  connect,
  connectOptions: remoteHost ? { host: remoteHost } : {},
  publish: update => send(window?.webContents, update),
})

if (app.requestSingleInstanceLock()) run()
else app.quit()

function run(): void {
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }])
  app.on('second-instance', focusWindow)
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', event => event.preventDefault())
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', closeSessionFirst)
  void app.whenReady().then(openWindow)
}

async function openWindow(): Promise<void> {
  protocol.handle(SCHEME, request => respond(request.url))
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  serve(monitor, host, () => window?.webContents)
  void monitor.start()
  window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 480,
    minHeight: 360,
    title: 'Hyper-V jobs',
    autoHideMenuBar: true,
    show: false,
    webPreferences: {
      preload: join(__dirname, '..', 'preload.js'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window?.show())
  window.on('closed', () => {
    window = undefined
  })
  await window.loadURL(PAGE_URL)
}

function focusWindow(): void {
  if (window?.isMinimized()) window.restore()
  window?.focus()
}

let closed = false

/** Quits a second time once the session is closed: its calls end in order, and no COM thread is cut off. */
function closeSessionFirst(event: { preventDefault(): void }): void {
  if (closed) return
  event.preventDefault()
  void monitor.close().finally(() => {
    closed = true
    app.quit()
  })
}

/** The main process: one window, a session for each host, nothing else. */
import { hostname } from 'node:os'
import { join } from 'node:path'
import { app, BrowserWindow, Notification, protocol, session } from 'electron'
import { connect } from 'hyperv-job-errors'
import type { JobView } from '../shared'
import { Fleet } from './fleet'
import { send, serve, showJob } from './ipc'
import { PAGE_URL, respond, SCHEME } from './page'

/** --host=HV-01,HV-02; none means this computer. */
const named = app.commandLine
  .getSwitchValue('host')
  .split(',')
  .flatMap(name => name.trim() || [])
let window: BrowserWindow | undefined

const fleet = new Fleet({
  hosts: named.length > 0 ? withoutDoubles(named) : [null],
  localName: hostname(),
  connect,
  publish: update => send(window?.webContents, update),
  onFailure: notify,
})

if (app.requestSingleInstanceLock()) run()
else app.quit()

function run(): void {
  app.enableSandbox()
  // Windows shows notifications only of programs with an id of their own.
  app.setAppUserModelId('example.hyperv-jobs-window')
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
  serve(fleet, () => window?.webContents)
  void fleet.start()
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

/** Names of hosts are the same in any case. */
function withoutDoubles(names: readonly string[]): string[] {
  return [...new Map(names.map(name => [name.toLowerCase(), name])).values()]
}

/** Those that are shown: one that is collected as garbage could not be clicked. Not every system says when it is closed. */
const notifications = new Set<Notification>()
const MAX_NOTIFICATIONS = 50

/** Tells of a failure also when the window is hidden; a click shows the job. */
function notify({ key, title, host, virtualMachine, report, job }: JobView): void {
  if (!Notification.isSupported()) return
  const subject = virtualMachine?.name ?? host
  const body = report?.diagnosis?.hint ?? job.errorSummaryDescription ?? job.errorDescription ?? ''
  const notification = new Notification({ title: `Failed: ${title} (${subject})`, body })
  notifications.add(notification)
  const [oldest] = notifications
  if (oldest !== undefined && notifications.size > MAX_NOTIFICATIONS) notifications.delete(oldest)
  notification.on('click', () => {
    focusWindow()
    showJob(window?.webContents, key)
  })
  notification.on('close', () => notifications.delete(notification))
  notification.show()
}

let closed = false

/** Quits a second time once the sessions are closed: their calls end in order, and no COM thread is cut off. */
function closeSessionFirst(event: { preventDefault(): void }): void {
  if (closed) return
  event.preventDefault()
  void fleet.close().finally(() => {
    closed = true
    app.quit()
  })
}

/** The main process's end of the bridge. */
import { clipboard, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import type { Channels, CopyWhat, Update } from '../shared'
import type { Fleet } from './fleet'
import { ORIGIN } from './page'
import { rawText, ticketText } from './ticket'

const channels: Channels = {
  snapshot: 'hyperv:snapshot',
  update: 'hyperv:update',
  open: 'hyperv:open',
  readErrors: 'hyperv:read-errors',
  cancel: 'hyperv:cancel',
  copy: 'hyperv:copy',
  retry: 'hyperv:retry',
  dismiss: 'hyperv:dismiss',
}

/** Longer than any key that a job gets. */
const MAX_KEY = 2_000

/** `page` is the window's own contents, if there is a window. */
export function serve(fleet: Fleet, page: () => WebContents | undefined): void {
  const handle = (channel: string, work: (argument: unknown, other: unknown) => unknown) =>
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, argument: unknown, other: unknown) => {
      checkSender(event, page())
      return work(argument, other)
    })

  handle(channels.snapshot, () => fleet.snapshot())
  handle(channels.readErrors, key => fleet.readErrors(checkKey(key)))
  handle(channels.cancel, key => fleet.cancel(checkKey(key)))
  handle(channels.copy, (key, what) => {
    const view = fleet.job(checkKey(key))
    if (view === undefined) throw new Error('no such job')
    clipboard.writeText(checkWhat(what) === 'ticket' ? ticketText(view) : rawText(view))
  })
  handle(channels.retry, () => {
    void fleet.start()
  })
  handle(channels.dismiss, noticeId => {
    if (typeof noticeId !== 'number') throw new TypeError('expected the number of a notice')
    fleet.dismiss(noticeId)
  })
}

export function send(page: WebContents | undefined, update: Update): void {
  if (page !== undefined && !page.isDestroyed()) page.send(channels.update, update)
}

/** Has the page show a job. */
export function showJob(page: WebContents | undefined, key: string): void {
  if (page !== undefined && !page.isDestroyed()) page.send(channels.open, key)
}

/** Only the window's top frame, and only while it shows the app's own page. */
function checkSender(event: IpcMainInvokeEvent, page: WebContents | undefined): void {
  const frame = event.senderFrame
  const isPage = page !== undefined && event.sender === page && frame !== null && frame === page.mainFrame
  if (!isPage || !frame.url.startsWith(`${ORIGIN}/`)) throw new Error('refused: not the page of this app')
}

function checkKey(key: unknown): string {
  if (typeof key !== 'string' || key.length > MAX_KEY) throw new TypeError('expected the key of a job')
  return key
}

function checkWhat(what: unknown): CopyWhat {
  if (what !== 'ticket' && what !== 'raw') throw new TypeError("expected 'ticket' or 'raw'")
  return what
}

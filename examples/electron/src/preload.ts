/** The bridge. Runs sandboxed and isolated: the page sees these eight functions and nothing of Electron or Node. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import type { Channels, HyperVBridge, Update } from './shared'

// Spelt out because a sandboxed preload can load no module of the app.
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

/** Calls back with what comes on a channel; the result ends that. */
function listen<Message>(channel: string, listener: (message: Message) => void): () => void {
  // The event itself stays here: it would hand ipcRenderer to the page.
  const forward = (_event: IpcRendererEvent, message: Message) => listener(message)
  ipcRenderer.on(channel, forward)
  return () => {
    ipcRenderer.off(channel, forward)
  }
}

const bridge: HyperVBridge = {
  snapshot: () => ipcRenderer.invoke(channels.snapshot),
  onUpdate: listener => listen<Update>(channels.update, listener),
  onOpen: listener => listen<string>(channels.open, listener),
  readErrors: key => ipcRenderer.invoke(channels.readErrors, key),
  cancel: key => ipcRenderer.invoke(channels.cancel, key),
  copy: (key, what) => ipcRenderer.invoke(channels.copy, key, what),
  retry: () => ipcRenderer.invoke(channels.retry),
  dismiss: noticeId => ipcRenderer.invoke(channels.dismiss, noticeId),
}

contextBridge.exposeInMainWorld('hyperv', bridge)

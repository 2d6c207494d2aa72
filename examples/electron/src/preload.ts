/** The bridge. Runs sandboxed and isolated: the page sees these six functions and nothing of Electron or Node. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import type { Channels, HyperVBridge, Update } from './shared'

// Spelt out because a sandboxed preload can load no module of the app.
const channels: Channels = {
  snapshot: 'hyperv:snapshot',
  update: 'hyperv:update',
  readErrors: 'hyperv:read-errors',
  copy: 'hyperv:copy',
  retry: 'hyperv:retry',
  dismiss: 'hyperv:dismiss',
}

const bridge: HyperVBridge = {
  snapshot: () => ipcRenderer.invoke(channels.snapshot),
  onUpdate(listener) {
    // The event itself stays here: it would hand ipcRenderer to the page.
    const forward = (_event: IpcRendererEvent, update: Update) => listener(update)
    ipcRenderer.on(channels.update, forward)
    return () => {
      ipcRenderer.off(channels.update, forward)
    }
  },
  readErrors: key => ipcRenderer.invoke(channels.readErrors, key),
  copy: (key, what) => ipcRenderer.invoke(channels.copy, key, what),
  retry: () => ipcRenderer.invoke(channels.retry),
  dismiss: noticeId => ipcRenderer.invoke(channels.dismiss, noticeId),
}

contextBridge.exposeInMainWorld('hyperv', bridge)

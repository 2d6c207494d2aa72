/**
 * The codes that Microsoft's documentation and public reports connect with failed migrations, by HRESULT. A
 * code in this table is *classified*: it tells more about a failure than any other code does. Symbols are those
 * of the Windows headers; null where none is known.
 */
const SYMBOLS: ReadonlyMap<number, string | null> = new Map([
  [0x80042001, null],
  [0x80048054, null],
  [0x80070003, 'ERROR_PATH_NOT_FOUND'],
  [0x80070005, 'E_ACCESSDENIED'],
  [0x8007000d, 'ERROR_INVALID_DATA'],
  [0x8007000e, 'E_OUTOFMEMORY'],
  [0x8007003b, 'ERROR_UNEXP_NET_ERR'],
  [0x80070057, 'E_INVALIDARG'],
  [0x80070070, 'ERROR_DISK_FULL'],
  [0x8007052f, 'ERROR_ACCOUNT_RESTRICTION'],
  [0x80070534, 'ERROR_NONE_MAPPED'],
  [0x80070569, 'ERROR_LOGON_TYPE_NOT_GRANTED'],
  [0x800705aa, 'ERROR_NO_SYSTEM_RESOURCES'],
  [0x800705b4, 'ERROR_TIMEOUT'],
  [0x80071398, 'ERROR_HOST_NODE_NOT_GROUP_OWNER'],
  [0x800713ab, 'ERROR_NETWORK_NOT_AVAILABLE'],
  [0x8007271d, 'WSAEACCES'],
  [0x80072741, 'WSAEADDRNOTAVAIL'],
  [0x80072746, 'WSAECONNRESET'],
  [0x8007274c, 'WSAETIMEDOUT'],
  [0x8007274d, 'WSAECONNREFUSED'],
  [0x8009030d, 'SEC_E_UNKNOWN_CREDENTIALS'],
  [0x8009030e, 'SEC_E_NO_CREDENTIALS'],
  [0x80090322, 'SEC_E_WRONG_PRINCIPAL'],
  [0xc0370027, 'ERROR_VID_SAVED_STATE_CORRUPT'],
  [0xc03a0014, 'ERROR_VIRTDISK_PROVIDER_NOT_FOUND'],
])

/**
 * MessageIDs with a known meaning: 3040 a virtual machine cannot be initialised, 3050 disk space, 3080 saved
 * state file, 3122 out of memory, 3326 memory file, 12030 it cannot be started, 33012 missing virtual switch.
 */
const MESSAGE_IDS: ReadonlySet<string> = new Set(['3040', '3050', '3080', '3122', '3326', '12030', '33012'])

/** FACILITY_WIN32 with the failure bit: a Win32 error printed without facility means the same as with it. */
const WIN32 = 0x8007_0000

/** The HRESULT that a printed code stands for; unsigned. */
export function toHresult(code: number): number {
  return code <= 0xffff ? WIN32 + code : code
}

export function isClassifiedCode(hresult: number): boolean {
  return SYMBOLS.has(hresult)
}

export function symbolOf(hresult: number): string | null {
  return SYMBOLS.get(hresult) ?? null
}

export function isClassifiedMessageId(messageId: string | null | undefined): boolean {
  return typeof messageId === 'string' && MESSAGE_IDS.has(messageId.trim())
}

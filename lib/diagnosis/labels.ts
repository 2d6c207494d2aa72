/**
 * What the words before a number announce: an error code, or something else that is numbered. Messages come in every
 * language of Windows, so the words are stems of many.
 */

/** Characters before a number in which its label is looked for. */
const REACH = 64
const MAX_TOKENS = 5

/** The words and numbers before `offset`, the nearest first; those of other sentences are not among them. */
export function wordsBefore(text: string, offset: number): string[] {
  const before = text.slice(Math.max(0, offset - REACH), offset)
  const start = Math.max(before.lastIndexOf('\n'), lastSentenceEnd(before)) + 1
  const words = before.slice(start).toLowerCase().match(WORD) ?? []
  return words.slice(-MAX_TOKENS).reverse()
}

const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}]+)?/gu

function lastSentenceEnd(text: string): number {
  for (let at = text.length - 2; at >= 0; at--) {
    const mark = text.charAt(at)
    if (mark === '。' || mark === '！') return at
    // "No. 5" and "Nr. 5" end no sentence.
    if ((mark === '.' || mark === '!' || mark === ';') && text.charAt(at + 1) === ' ') {
      return /\b(?:no|nr|núm|код|č)\.$/iu.test(text.slice(0, at + 1)) ? -1 : at
    }
  }
  return -1
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/))
}

function isOther(word: string): boolean {
  return OTHER_WORDS.has(word) || OTHER_STEM.test(word)
}

export type Label = 'error' | 'other' | null

/** What the nearest telling word announces; null when none does. */
export function labelOf(words: readonly string[]): Label {
  let sawNumber = false
  for (const word of words) {
    if (isOther(word)) return 'other'
    if (ERROR_WORDS.has(word) || ERROR_STEM.test(word)) return 'error'
    if (/^(?:\d+|0x[0-9a-f]+)$/.test(word)) sawNumber = true
    else if (!CONNECTING_WORDS.has(word)) break
  }
  // A number in brackets after a number repeats it: "port 6600 (0x19C8)".
  return sawNumber && /^\d+$/.test(words[0] ?? '') ? 'other' : null
}

/**
 * Whether a word is a thing that fails, rather than one that only a number tells apart: "cannot open the disk: 80070005",
 * "no link to the server (0x00002EFD)", but not "on VLAN (0x64)".
 */
export function canFail(word: string | undefined): boolean {
  return word !== undefined && FAILING_THINGS.has(word)
}

const FAILING_THINGS = words(
  'disk disks file files path paths folder folders volume volumes switch adapter adapters device devices account accounts ' +
    'user users memory process processor processors server servers host hosts node nodes machine machines computer computers ' +
    'cluster guest address handle version name range limit access register knoten rechner maschine adresse speicher ordinateur ' +
    'adresse nodo equipo dirección узел узла адрес ホスト ノード アドレス 主机 节点 地址 호스트 노드 주소',
)

/** Whether a short decimal number after these words is a Win32 error: only the words for "error" announce one. */
export function announcesWin32(words: readonly string[]): boolean {
  for (const [index, word] of words.entries()) {
    if (isOther(word)) return false
    if (WIN32_WORD.test(word)) return !OTHER_ERROR.test(words[index + 1] ?? '')
    if (!CONNECTING_WORDS.has(word) && !/^(?:code|nummer|number|código|codice|код|コード|代码)$/u.test(word))
      return false
  }
  return false
}

const CONNECTING_WORDS = words(
  'a an the is was were are be with of number nr no hex decimal value then and or also see as to mit ' +
    'und war ist lautet der die das dem el la le les il con com avec est es era fue é è foi de d du des ' +
    'del della met och i z с и это は が 为 為 是 ',
)

/** An error, its code, or that something was returned. */
const ERROR_WORDS = words(
  'err hr rc gle ret cod kod kode says said gave got inner fault faults cause reason exit exited exits return returned report reported fail fails failed falló echec fel feil fejl win32',
)
/** Stems, because languages compound and inflect them. */
const ERROR_STEM = new RegExp(
  [
    'error|errno|erreur|errore|^erros?$|fehler|fehlgeschlagen|gescheitert|ошибк|сбо[йя]|エラー|失敗|错误|錯誤|失败|오류|실패|błęd|niepowodz|^fout|mislukt|misslyck|chyb|^hata|hiba|virhe|eroare|σφάλμα',
    'codes?$|^código|^codigo|^codice|^код|コード|代码|代碼|코드|hresult|ntstatus|status|lasterror|exception|ausnahme|исключ|例外|异常|failure|échec|échou|falha|fallo',
    '^grund|^raison|^motivo|причин|理由|原因|이유|przyczyn|^results?$|ergebnis|résultat|^resultado|^risultato|результат|結果|结果|결과|^wynik',
  ].join('|'),
  'u',
)

/** The words for "error" itself, after which Windows prints the number alone. */
const WIN32_WORD =
  /^(?:win32|gle|[a-z0-9]*err(?:or|no)?|errorcode)$|^(?:[a-zä]*fehler|fehlercode|systemfehlercode|erreur|errore|erro|fout|foutcode|fel|felkod|fejl|feil|chyba|hata|hiba)$|^(?:ошибк[аи]|błąd|błędu)$|(?:エラー|エラーコード|错误|错误代码|오류)$/u

/** Whether one of these words may be in a text; cheap. */
export function holdsWin32Word(text: string): boolean {
  return /err|fehler|fel|fejl|feil|fout|gle|win32|chyb|hat[ay]|hib|ошиб|błęd|エラー|错误|오류/i.test(text)
}

/** Errors that are counted or come from elsewhere. */
const OTHER_ERROR = /^(?:job|http|https|web|sql|scsi|smtp|ldap|line|of|total|max|zeile)$/u

/** What else is numbered, or named: machines, addresses, sizes, identifiers. */
const OTHER_WORDS = words(
  'vm vms machine machines computer computers host hosts node nodes server servers cluster clusters ' +
    'guest guests name named id ids guid uuid mac wwn wwnn wwpn lun luns vlan vlans port ports serial sn ' +
    'asset tag ticket incident case phone tel fax build builds version versions ver kb size sizes length ' +
    'bytes memory ram disk disks volume volumes rack unit slot channel offset address addr ip ipv6 ' +
    'pointer ptr mask masks flag flags handle handles block blocks sector sectors index count counter pid ' +
    'tid thread threads process session dialect generation gen type event events eventid messageid msgid ' +
    'checksum crc hash sha1 sha256 md5 key speed rate revision rev device devices adapter adapters switch ' +
    'user users account accounts sid instance path file files folder folders base range acl access ' +
    'register subsys dev ven order invoice room zip cpu vcpu processor processors at limit dump stop ' +
    'bugcheck stopcode signature thumbprint label commit color colour state socket numa task retry level mode option ' +
    'opcode keyword step iqn virtuelle virtueller virtuellen maschine maschinen rechner knoten namen kennung ' +
    'seriennummer adresse größe ereignis zeile speicher ordinateur nœud nom taille série événement ' +
    'máquina equipo nodo nombre dirección tamaño serie evento macchina nome indirizzo dimensione nó ' +
    'endereço tamanho maszyna nazwa węzeł rozmiar машина машины машине машину узел узла имя адрес размер ' +
    'событие ',
)
const OTHER_STEM =
  /(?:マシン|ホスト|ノード|番号|アドレス|サイズ|ポート|イベント|虚拟机|主机|节点|序列号|大小|地址|端口|事件|컴퓨터|호스트|노드|주소|크기|포트)$/u

/** Nouns of identifiers and sizes: a clause with one of them announces no error, however long it is. */
export const IDENTIFIER_NOUN =
  /(?<![\p{L}])(?:ids?|guid|uuid|identifier|kennung|serial|seriennummer|série|serie|tag|mac|wwn|wwpn|size|größe|taille|tamaño|bytes|checksum|crc|hash|offset|version|build|port|ticket|incident|phone|kb|lun|vlan|asset|inventory|number|nummer|número|numéro|numero|name|names? of the|номер|имя|序列号|番号|名前|名称)(?![\p{L}])/iu

/** A number of these units is an amount. */
export const UNIT_AFTER =
  /^\s?(?:bytes?|octets?|bits?|[kmgtp]i?b|b|[kmg]?bps|iops|[mµn]?s|sec|seconds|minutes|hours|rpm|[kmg]?hz|pages?|blocks?|sectors?|times|mal|percent|%|байт)(?![\p{L}\d])/iu

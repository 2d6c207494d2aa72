/**
 * Tells records that only say that something failed, and where, from records that name a cause. A wrapper is known by
 * its MessageID; in English by having no other words than such sentences have; in other languages by the stems of what
 * was done and of failing, or by its shape, as long as no reason follows.
 */
import { messageRowOf } from './data/tables'
import type { RecordTexts } from './source'

/** A wrapper is a sentence or two: what is longer is not looked at, or names more than that. */
const MAX_LENGTH = 1000
const MAX_BARE_LENGTH = 220

/** From this score on a record is a wrapper; below, a higher score makes it a weaker cause. */
export const WRAPPER_SCORE = 2

/** How much a record looks like a wrapper; below 0 it names something of its own. */
export function wrapperScore({ message, messageId }: RecordTexts): number {
  const role = messageId === null ? undefined : messageRowOf(messageId.trim())?.role
  if (role === 'wrapper') return WRAPPER_SCORE + 1
  if (message === null || message.length > MAX_LENGTH) return 0
  const bare = withoutNames(message)
  const text = bare.text.toLowerCase().replace(/\s+/g, ' ').trim()
  if (text.length > MAX_BARE_LENGTH) return 0
  const own = Number(bare.hasPath) + Number(hasReason(text))
  if (own > 0) return -own
  if (isEnglishWrapper(text)) return WRAPPER_SCORE + 1
  const says = OPERATION.test(text) && FAILURE.test(text) && !STATES_CAUSE.test(text)
  return (says ? WRAPPER_SCORE : 0) + Number(bare.hasMachineId)
}

const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const MACHINE_ID = new RegExp(`[(（][^()（）]{0,80}${GUID}[^()（）]{0,20}[)）]`, 'giu')
const BARE_GUID = new RegExp(`\\{?${GUID}\\}?`, 'gi')
const CODE = /[(（]\s*(?:0x[0-9a-f]{1,8}|[0-9a-f]{8})\s*[)）]|0x[0-9a-f]{1,8}|%%\d+/gi
const QUOTED =
  /(?<![\p{L}\p{N}])'[^\r\n]{0,200}?'(?![a-z0-9])|"[^"\r\n]{0,200}"|[“„][^”“\r\n]{0,200}[”“]|«[^»\r\n]{0,200}»|‘[^’\r\n]{0,200}’|「[^」\r\n]{0,200}」/giu

interface Bare {
  readonly text: string
  readonly hasMachineId: boolean
  readonly hasPath: boolean
}

/** The message without what names machines, hosts and codes. */
function withoutNames(message: string): Bare {
  let hasMachineId = false
  let hasPath = false
  const text = message
    .replace(MACHINE_ID, () => {
      hasMachineId = true
      return ''
    })
    .replace(QUOTED, quoted => {
      if (/\\|\w\/\w/.test(quoted)) hasPath = true
      // A long quotation is the text of another error.
      return (quoted.match(/[\p{L}\p{N}_.-]+/gu) ?? []).length > 5 ? `: ${quoted.slice(1, -1)}` : ' '
    })
    .replace(BARE_GUID, ' ')
    .replace(CODE, ' ')
  return { text, hasMachineId, hasPath: hasPath || /\b[a-z]:\\|\\\\\w/i.test(text) }
}

/** A colon with more than a word behind it, or a conjunction of cause. */
function hasReason(text: string): boolean {
  return (
    /[:：]\s*(?:[\p{L}\p{N}’'-]+[\s,]+[\p{L}\p{N}’'-]+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{4})/u.test(
      text,
    ) ||
    /(?<![\p{L}])(?:because|since|due to|weil|wegen|parce que|en raison|porque|debido|perché|a causa|потому|из-за|ponieważ|z powodu|omdat|eftersom)(?![\p{L}])|ため|因为|由于|因為|때문/u.test(
      text,
    )
  )
}

/** Words of sentences that name nothing but what was tried. */
const ENGLISH_WRAPPER_WORDS = new Set(
  (
    'a an the this that its it of for to at on in from by with and or has have had is was were be been being not no did does do ' +
    'could cannot can unable able failed fail fails failure failing succeed succeeded success successful successfully complete ' +
    'completed completely finish finished stopped stop ended end error errors occurred while during when attempting attempt tried ' +
    'trying cancelled canceled aborted virtual machine machines vm vms computer system migration migrations migrate migrated ' +
    'migrating live quick storage move moved moving operation operations job task action request source destination target host ' +
    'hosts node nodes server physical compatible start started starting save saved saving restore restored restoring resume resumed ' +
    'resuming pause paused power powered on off turn turned shut down shutdown initialize initialized initialise initialised change ' +
    'changed state export exported exporting import imported importing checkpoint checkpoints snapshot snapshots create created ' +
    'apply applied delete deleted planned cluster clustered resource role group type replication replicate replica failover perform ' +
    'performed selected take taken taking took begin run running launch restart restarted reset modify modified s please see check event log logs more details information additional again'
  ).split(' '),
)
const ENGLISH_OPERATION =
  /\b(?:migrat\w+|mov(?:e|ed|ing)|operation|start\w*|sav(?:e|ed|ing)|restor\w+|resum\w+|paus\w+|power\w*|turn(?:ed)?|shut\w*|initiali[sz]\w+|export\w*|import\w*|checkpoints?|snapshots?|replicat\w+|failover|state|compatible|resource|role|job|action)\b/
const ENGLISH_FAILURE = /\b(?:fail\w*|not|cannot|unable|errors?|cancell?ed|aborted|stopped)\b/

function isEnglishWrapper(text: string): boolean {
  if (!ENGLISH_FAILURE.test(text) || !ENGLISH_OPERATION.test(text)) return false
  const words = text.match(/[\p{L}\p{N}_.-]+/gu) ?? []
  const unknown = words
    .map(word => word.replace(/^[.-]+|[.-]+$/g, ''))
    .filter(word => word !== '' && !ENGLISH_WRAPPER_WORDS.has(word) && !/[\d_]|\w[.-]\w/.test(word))
  // One word may be a machine's name that nothing marks; two are about something.
  return unknown.length === 0 || (unknown.length === 1 && WRAPPER_SENTENCE.test(text))
}

const WRAPPER_SENTENCE =
  /failed at migration (?:source|destination)|not compatible with physical computer|^(?:live |storage )?migration of .{1,80} (?:failed|did not)/

/** Stems of what Hyper-V does to a virtual machine. */
const OPERATION = new RegExp(
  [
    'migr|verschieb|verplaats|flytt|siirt|taşı|przenos|przenies|déplac|traslad|spostam|миграц|перенос|перемещ|移行|迁移|遷移|移动|마이그레이션|이동',
    'start|avvi|démarr|inici|arran|запус|開始|起動|启动|啟動|시작|uruch|spust|indít|başlat|käynnist',
    'export|eksport|экспорт|エクスポート|导出|匯出|내보내|import|импорт|インポート|导入|匯入|가져오',
    'prüfpunkt|checkpoint|snapshot|momentaufnahme|point de contrôle|punto de control|punto di arresto|ponto de verific|контрольн|チェックポイント|检查点|檢查點|검사점|kontrolln|kontroln|controlepunt',
    'replik|repliz|replic|répli|реплик|レプリケ|复制|複寫|복제|initial|inizial|инициал|初期化|初始化|초기화',
    'vorgang|operation|opération|operación|operazione|operação|operacj|операц|bewerking|åtgärd|操作|処理|作业|작업',
    'speicher(?:n|ung|te)|gespeichert|angehalten|anhalten|pausier|sauvegard|guardar|salvar|salvat|сохран|保存|저장|fortsetz|fortgesetzt|wiederherstell|einschalt|herunterfahr|ändern des status|status ändern|zustand',
  ].join('|'),
  'u',
)

/** Stems of failing. */
const FAILURE = new RegExp(
  [
    "fehlgeschlagen|fehler|gescheitert|misslungen|ohne erfolg|konnte|(?<!\\p{L})nicht|échou|échec|n’a pas|n'a pas|impossible|abouti|no se |no pudo|no ha |no tuvo|sin éxito|ha fallado|falló|error",
    'falh|(?<!\\p{L})não|impossibile|(?<!\\p{L})non |(?<!\\p{L})не |сбой|ошибк|失敗|ません|できな|未能|无法|無法|失败|실패|못했|없습니다|없음|niepowodz|(?<!\\p{L})nie |mislukt|(?<!\\p{L})niet|misslyck|gick inte|kunde inte|(?<!\\p{L})inte |selhal|nelze|nepoda|sikertelen|(?<!\\p{L})nem |başarısız|[ae]m[ae]d[ıi]|epäonn|mislyk|(?<!\\p{L})ikke|eșuat',
  ].join('|'),
  'u',
)

/** Stems of causes: what is missing, full, busy, forbidden or unreachable. */
const STATES_CAUSE = new RegExp(
  [
    'arbeitsspeicher|speicherplatz|datenträger|datei|zugriff|verweigert|berechtig|anmelde|netzwerk|verbindung|prozessor|zertifikat|switch|adapter|freigabe|gesperrt|zeitüberschreit',
    '(?<!\\p{L})(?:mémoire|espace|disque|fichier|accès|refus|réseau|connexion|commutateur|processeur|certificat|memoria|espacio|disco|archivo|acceso|denegad|conmutador|procesador|certificad|spazio|accesso|negato|rete|espaço|arquivo|acesso|negado|rede|comutador)',
    'памят|диск|файл|доступ|сет[ьи]|подключ|процессор|сертификат|коммутатор|メモリ|領域|ディスク|ファイル|アクセス|ネットワーク|接続|プロセッサ|証明書|スイッチ|内存|空间|磁盘|文件|访问|拒绝|网络|连接|处理器|证书|交换机|메모리|공간|디스크|파일|액세스|네트워크|연결|프로세서|인증서|스위치',
    '(?<!\\p{L})(?:pamięci|miejsca|dysk|plik|dostęp|sieć|sieci|połącz|procesor|certyfikat|przełącznik|geheugen|schijf|bestand|toegang|netwerk|verbinding|minne|diskutrymme|åtkomst|nätverk|anslutning|växel)',
  ].join('|'),
  'u',
)

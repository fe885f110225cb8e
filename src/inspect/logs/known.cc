#include "inspect/logs/known.h"

#include <algorithm>
#include <array>

namespace rounds {

namespace {

enum class Where { anywhere, log, fatal };

/// `signs`: alternatives separated by '|'; the parts of one, separated by '&', must all be there.
struct Known {
  std::string_view text, code;
  Where where;
  std::string_view signs;
};

constexpr std::array kKnown{
    Known{"archive command was terminated by signal", "", Where::anywhere,
          "archive command was terminated by signal|Archivbefehl wurde von Signal|orden de archivado fue terminada por "
          "una "
          "señal|commande d'archivage a été terminée par le signal|comando di archiviazione terminato dal "
          "segnale|アーカイブコマンドはシグナル|시그널로 인해 아카이브 명령|команда архивации завершена по "
          "сигналу|команда архівації була перервана|归档命令被信号|訊號&封存指令|arkiveringskommandot "
          "terminerades|არქივაციის ბრძანება დასრულდა სიგნალით"},
    Known{"archive command failed", "", Where::anywhere,
          "archive command failed|Archivbefehl ist fehlgeschlagen|orden de archivado falló|échec de la commande "
          "d'archivage|comando di archiviazione fallito|アーカイブコマンドがリターンコード|아카이브 명령 "
          "실패|команда архивации завершилась ошибкой|команда архівації завершилась|归档命令执行失败|归档命令&失败|"
          "封存指令失敗|arkiveringskommando misslyckades|არქივაციის ბრძანების შეცდომა"},
    Known{"archiving write-ahead log file failed too many times", "", Where::anywhere,
          "archiving write-ahead log file&failed too many times|archiving transaction log file&failed too many "
          "times|Archivieren "
          "der&schlug zu oft fehl|el archivado del archivo&falló demasiadas veces|l'archivage du journal&a échoué trop "
          "de "
          "fois|archiviazione del file&fallita troppe volte|アーカイブ処理の失敗回数が超過|아카이브 작업이 계속 "
          "실패|заархивировать файл&не удалось много раз|归档&失败次数过多|封存&失敗次數過多|arkivering "
          "av&misslyckades för många|архівація файлу&не виконана багато разів"},
    Known{"server process was terminated by signal", "", Where::log,
          "(PID &terminated by signal|(PID &terminated by exception|(PID &von Signal|(PID &por una señal|(PID &par le "
          "signal|(PID &dal segnale|(PID &シグナル|(PID &시그널|(PID &по сигналу|(PID &сигналом|（PID &信号|(PID "
          "&信号|(PID &訊號|(PID &av signal|(PID &სიგნალით"},
    Known{"all server processes terminated; reinitializing", "", Where::log,
          "all server processes terminated|alle Serverprozesse beendet|todos los procesos fueron terminados|tous les "
          "processus "
          "serveur sont arrêtés|tutti i processi server sono terminati|全てのサーバープロセスが終了|모든 서버 "
          "프로세스가 중지|все серверные процессы завершены|усі серверні процеси "
          "перервано|所有服务器进程已终止|所有的服务器进程被终止|所有伺服器行程已中止|alla serverprocesser är "
          "avslutade|სერვერის ყველა პროცესი დასრულდა"},
    Known{"database system was not properly shut down; automatic recovery in progress", "", Where::log,
          "was not properly shut down|nicht richtig heruntergefahren|no fue apagado apropiadamente|n'a pas été arrêté "
          "proprement|non è stato arrestato correttamente|正しくシャットダウンされていません|정상적으로 종료되지 "
          "못했습니다|была остановлена нештатно|не була завершена "
          "належним|数据库系统未正常关闭|数据库系统没有正确的关闭|未被正常關閉|stängdes inte ned korrekt|არასწორად "
          "გამოირთო"},
    Known{
        "checkpoints are occurring too frequently", "", Where::log,
        "checkpoints are occurring too frequently|Checkpoints passieren zu oft|puntos de control están ocurriendo con "
        "demasiada|points de vérification (checkpoints) arrivent trop|checkpoint stanno avvenendo "
        "troppo|チェックポイントの発生周期が短すぎます|체크포인트가 너무 자주|контрольные точки происходят слишком "
        "часто|контрольні точки відбуваються занадто|检查点事件发生过于频繁|检查点出现太频繁|檢查點頻率太高|sker för "
        "ofta|საკონტროლო წერტილები მეტისმეტად ხშირად"},
    Known{"password authentication failed", "28P01", Where::fatal,
          "password authentication failed|Passwort-Authentifizierung für&fehlgeschlagen|autentificación password "
          "falló|authentification par mot de passe échouée|autenticazione con password "
          "fallita|パスワード認証に失敗|password "
          "인증을 실패|не прошёл проверку подлинности (по паролю)|не пройшов автентифікацію за допомогою "
          "пароля|密码认证失败|Password 认证失败|密碼驗證使用者|Lösenordsautentisering misslyckades|პაროლით "
          "ავთენტიფიკაცია"},
    Known{"no pg_hba.conf entry", "28000", Where::fatal, "pg_hba.conf"},
    Known{"authentication failed", "28000", Where::fatal,
          "authentication failed for user|-Authentifizierung für Benutzer&fehlgeschlagen|la autentificación&falló para "
          "el "
          "usuario|authentification&échouée pour l'utilisateur|Autenticazione&fallita per "
          "l'utente|認証に失敗しました|인증을 실패했습니다|не прошёл проверку подлинности|认证失败|is not permitted to "
          "log "
          "in|keine Berechtigung zum Einloggen|Zertifikatauthentifizierung|no se le permite conectarse|n'est pas "
          "autorisé à se connecter|Échec de l'authentification|non è consentito effettuare il login|autenticazione con "
          "certificato fallita|ログインが許可されません|롤은 접속을 허용하지 않음|вход запрещён|-autentisering "
          "misslyckades|tillåts inte logga in|не пройшов автентифікацію|вхід не "
          "дозволений|进行登录|驗證使用者&失敗|不允許角色&登入|ავთენტიფიკაცია მომხმარებლისთვის|შესვლის უფლება არ აქვს"},
    Known{"the role does not exist", "28000", Where::fatal,
          "role \"&does not exist|Rolle »&existiert nicht|no existe el rol|le rôle «&n'existe pas|il ruolo \"&non "
          "esiste|ロール\"&は存在しません|롤(role) 없음|роль \"&не существует|角色 \"&不存在|rollen \"&finns inte|როლი "
          "არ არსებობს|роль \"&не існує"},
    Known{"the database does not exist", "3D000", Where::fatal,
          "database \"&does not exist|Datenbank »&existiert nicht|no existe la base de datos|la base de données "
          "«&n'existe "
          "pas|il database \"&non esiste|データベース\"&は存在しません|데이터베이스 없음|база данных \"&не "
          "существует|数据库 \"&不存在|資料庫 \"&不存在|databasen \"&existerar inte|მონაცემთა ბაზა \"&არ არსებობს|бази "
          "даних \"&не існує"},
    Known{
        "the database system is starting up", "57P03", Where::fatal,
        "the database system is starting up|is not yet accepting connections|not accepting connections|das "
        "Datenbanksystem "
        "startet|nimmt noch keine Verbindungen an|está iniciándose|aún no está aceptando conexiones|se lance|n'accepte "
        "pas "
        "encore de connexions|si sta "
        "avviando|起動処理中|まだ接続を受け付けていません|새로 가동 중|система баз данных запускается|ещё не принимает "
        "подключения|数据库系统正在启动|数据库系统启动中|尚未接受连接|資料庫系統正在啟動|尚未接受連線|startar upp|non "
        "accetta ancora connessioni|아직 접속을 허용하지|tar ännu inte emot anslutningar|система бази даних "
        "запускається|ще не приймає підключення|ბაზის სისტემის გაშვება|ჯერ მიერთებებს არ იღებს"},
    Known{"the database system is shutting down", "57P03", Where::fatal,
          "the database system is shutting down|das Datenbanksystem fährt herunter|está apagándose|système de base de "
          "données "
          "s'arrête|si sta spegnendo|シャットダウンしています|시스템이 중지 중|система баз данных "
          "останавливается|数据库系统正在关闭|資料庫系統正在關閉|stänger ner|система бази даних завершує роботу|ბაზის "
          "სისტემა ითიშება"},
    Known{"the database system is in recovery mode", "57P03", Where::fatal,
          "the database system is in recovery mode|ist im Wiederherstellungsmodus|está en modo de recuperación|en "
          "cours de "
          "restauration|in modalità di ripristino|リカバリモードです|자동 복구 작업 중|в режиме "
          "восстановления|数据库系统在恢复模式|資料庫系統處於復原模式|är återställningsläge|у режимі "
          "відновлення|აღდგენის რეჟიმშია"},
    Known{"terminating connection due to administrator command", "57P01", Where::fatal,
          "due to administrator command|aufgrund von Anweisung des Administrators|debido a una orden del "
          "administrador|demande "
          "de l'administrateur|su comando dell'amministratore|管理者コマンドにより|관리자 요청에 의해서|по команде "
          "администратора|команді адміністратора|由于管理员命令|因管理員命令|grund av ett "
          "administratörskommando|ადმინისტრატორის ბრძანების გამო"},
    Known{"terminating connection because of crash of another server process", "57P02", Where::anywhere,
          "because of crash of another server process|wegen Absturz eines anderen|falla en otro proceso servidor|arrêt "
          "brutal d'un "
          "autre processus|crash di un altro processo|他のサーバープロセスがクラッシュ|다른 서버 프로세스가 "
          "손상|из-за краха другого|其他服务器进程崩溃|另一個伺服器行程崩潰|krash i en annan|через аварійне завершення "
          "роботи іншого"},
    Known{"terminating connection due to idle timeout", "57P05", Where::fatal,
          "idle-in-transaction timeout|idle-session timeout|in inaktiver Transaktion|in inaktiver "
          "Sitzung|事务内空闲超时|空闲会话超时|idle-in-transaction-timeout|idle-session-timeout|transacciones abiertas "
          "inactivas|sesiones abiertas inactivas|délai d'inactivité|timeout di inattività|sessione "
          "inattiva|アイドルタイムアウト|アイドルセッションタイムアウト|idle-in-transaction 시간|idle-session "
          "시간|тайм-аута простоя|тайм-аут бездіяльності|тайм-аут неактивного|交易中閒置逾時|閒置工作階段逾時"},
    Known{"too many connections", "53300", Where::fatal,
          "too many clients already|remaining connection slots are reserved|too many connections for|schon zu viele "
          "Verbindungen|verbleibenden Verbindungen sind|tenemos demasiados clientes|conexiones restantes están "
          "reservadas|trop de clients sont déjà|connexions restants sont réservés|troppi client già "
          "connessi|クライアント数が多すぎます|残りの接続スロット|동시 접속자 수를 초과|слишком много "
          "клиентов|оставшиеся слоты "
          "подключений|客户端连接过多|已经有太多的客户|剩余连接槽位|客戶端過多|för många klienter|slot di connessione "
          "sono riservati|남은 연결 슬롯|anslutningsslottar är reserverade|вже забагато клієнтів|слоти "
          "підключень&зарезервовані|剩餘的連線槽|უკვე მეტისმეტად ბევრი კლიენტია"},
    Known{"no space left on device", "53100", Where::anywhere,
          "No space left on device|kein Speicherplatz mehr verfügbar|No queda espacio en el dispositivo|Aucun espace "
          "disponible|Spazio esaurito sul device|デバイスに空き領域がありません|장치에 남은 공간이 없음|не осталось "
          "свободного места|设备上没有空间|裝置上已無多餘空間|Enheten är full"},
    Known{"out of memory", "53200", Where::anywhere,
          "out of memory|Speicher aufgebraucht|memoria agotada|mémoire épuisée|memoria "
          "esaurita|メモリ不足です|메모리 부족|нехватка памяти|内存不足|内存用尽|記憶體不足|slut på minne|недостатньо "
          "пам'яті|არასაკმარისი მეხსიერება"},
    Known{"invalid page", "XX001", Where::anywhere,
          "invalid page in block|ungültige Seite in Block|la página no es válida en el bloque|page invalide dans le "
          "bloc|pagina "
          "non valida nel blocco|不正なページ|잘못된 페이지가|некорректная страница в блоке|неприпустима сторінка "
          "в|无效页|無效頁|ogiltig sida i block|არასწორ გვერდი"},
    Known{"page verification failed", "XX001", Where::anywhere,
          "page verification failed|Seitenüberprüfung fehlgeschlagen|la suma de verificación falló|échec de la "
          "vérification "
          "de la page|verifica della pagina fallita|ページ検証が失敗|페이지 검사 실패|ошибка проверки "
          "страницы|页校验失败|页验证失败|頁面驗證失敗|sidverifiering misslyckades|помилка перевірки сторінки"},
};

bool fits(Where where, std::string_view severity) {
  switch (where) {
    case Where::anywhere: return true;
    case Where::log: return severity == "LOG";
    case Where::fatal: return severity == "FATAL";
  }
  return false;
}

/// Calls `each` for the pieces of `text` between `separator` until it says true.
template <typename Each>
bool any_piece(std::string_view text, char separator, Each each) {
  while (true) {
    const std::size_t size = std::min(text.find(separator), text.size());
    if (each(text.substr(0, size))) return true;
    if (size == text.size()) return false;
    text.remove_prefix(size + 1);
  }
}

bool contains_all(std::string_view message, std::string_view parts) {
  return !any_piece(parts, '&', [&](std::string_view part) { return message.find(part) == std::string_view::npos; });
}

}  // namespace

KnownMessage know_message(std::string_view severity, std::string_view message) {
  for (const Known& known : kKnown) {
    const auto contained = [&](std::string_view parts) { return contains_all(message, parts); };
    if (fits(known.where, severity) && any_piece(known.signs, '|', contained)) return {known.text, known.code};
  }
  return {};
}

KnownMessage know_nothing(std::string_view, std::string_view) { return {}; }

bool tells_start(std::string_view message) {
  const auto has = [&](std::string_view part) { return message.find(part) != std::string_view::npos; };
  return has("PostgreSQL ") && (has("-bit") || has("compiled by"));
}

}  // namespace rounds

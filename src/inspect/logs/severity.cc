#include "inspect/logs/severity.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace rounds {

namespace {

struct Words {
  std::string_view severity;
  std::string_view words;  ///< separated by spaces: no language uses one within
};

// English, German, Spanish, French, Italian, Japanese (English words), Georgian, Korean, Russian, Swedish, Ukrainian,
// Chinese (both scripts), Polish, Portuguese, Turkish, Czech, Romanian.
constexpr std::array kWords{
    Words{"PANIC",
          "PANIC PANIK PANICO პანიკა 손상 ПАНИКА ПАНІКА 灾难性错误 比致命错误还过分的错误 嚴重錯誤 PANIKA PÂNICO "
          "KRİTİK PANICĂ"},
    Words{"FATAL",
          "FATAL FATALE ფატალური 치명적오류 ВАЖНО FATALT ФАТАЛЬНО 致命错误 致命錯誤 KATASTROFALNY ÖLÜMCÜL KATASTROFA"},
    Words{"ERROR", "ERROR FEHLER ERREUR ERRORE შეცდომა 오류 ОШИБКА FEL ПОМИЛКА 错误 錯誤 BŁĄD ERRO HATA CHYBA EROARE"},
    Words{"WARNING",
          "WARNING WARNUNG ATTENTION ATTENZIONE გაფრთხილება 경고 ПРЕДУПРЕЖДЕНИЕ VARNING ПОПЕРЕДЖЕННЯ 警告 OSTRZEŻENIE "
          "AVISO "
          "UYARI VAROVÁNÍ AVERTISMENT ADVERTENCIA"},
    Words{"NOTICE",
          "NOTICE HINWEIS NOTIFICA 알림 ЗАМЕЧАНИЕ NOTIS ПОВІДОМЛЕННЯ 注意 UWAGA NOTA BİLGİ POZNÁMKA NOTIFICARE"},
    Words{"INFO", "INFO ინფორმაცია 정보 ИНФОРМАЦИЯ ІНФОРМАЦІЯ 信息 資訊 INFORMACJA INFORMAÇÃO"},
    Words{"LOG", "LOG ჟურნალი 로그 СООБЩЕНИЕ LOGG ЗАПИСУВАННЯ 日志 日誌 DZIENNIK JURNAL"},
    Words{"DEBUG",
          "DEBUG DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5 გამართვა 디버그 ОТЛАДКА НАЛАГОДЖЕННЯ 调试 除錯 DEPURAÇÃO "
          "HATA-AYIKLAMA"},
};

std::unordered_map<std::string_view, std::string_view> dictionary() {
  std::unordered_map<std::string_view, std::string_view> known;
  for (const Words& entry : kWords) {
    for (std::string_view rest = entry.words; !rest.empty();) {
      const std::size_t size = std::min(rest.find(' '), rest.size());
      known.emplace(rest.substr(0, size), entry.severity);
      rest.remove_prefix(std::min(size + 1, rest.size()));
    }
  }
  return known;
}

}  // namespace

std::string_view postgres_severity(std::string_view word) {
  static const auto known = dictionary();
  const auto found = known.find(word);
  return found == known.end() ? std::string_view() : found->second;
}

std::string_view mariadb_severity(std::string_view word) {
  if (word == "ERROR" || word == "Error") return "ERROR";
  if (word == "Warning" || word == "WARNING") return "WARNING";
  if (word == "Note" || word == "NOTE" || word == "System" || word == "Info") return "NOTE";
  return {};
}

bool is_routine(std::string_view severity) {
  return severity != "PANIC" && severity != "FATAL" && severity != "ERROR" && severity != "WARNING";
}

}  // namespace rounds

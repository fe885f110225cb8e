#include "report/messages.h"

#include <algorithm>
#include <iterator>

#include "core/words.h"

namespace rounds {

namespace {

constexpr Words<2> kLanguages{"en", "zh"};
static_assert(complete(kLanguages, Language::zh));

/// Titles of checks; those that are not here are shown in English.
struct Title {
  std::string_view check, zh;
};
constexpr Title kTitles[] = {
    {"sq.bak.age", "没有近期备份"},
    {"sq.bak.valid", "最新备份不可靠"},
    {"sq.obj.dup_index", "重复索引"},
    {"sq.obj.fk", "外键缺少父行"},
    {"sq.obj.integrity", "完整性检查发现损坏"},
    {"sq.obj.quick", "快速检查发现损坏"},
    {"sq.run.connect", "数据库无法访问"},
    {"sq.run.disk", "磁盘剩余空间不足"},
    {"sq.run.empty", "数据库文件为空"},
    {"sq.run.header", "文件头损坏或文件不完整"},
    {"sq.run.hot_journal", "存在未回滚的日志文件"},
    {"sq.run.wal", "预写日志过大"},
    {"sq.sec.links", "文件存在多个硬链接"},
    {"sq.sec.mode", "其他用户可写数据库文件"},
};

}  // namespace

std::optional<Language> language_from_text(std::string_view text) { return value_of<Language>(kLanguages, text); }

std::string_view say(Language language, MessageId id) {
  const Message& message = kMessages[id.index()];
  return language == Language::zh ? message.zh : message.en;
}

std::string word(Language language, std::string_view kind, std::string_view word) {
  const std::string id = std::string(kind) + "." + std::string(word);
  const auto found = std::find_if(std::begin(kMessages), std::end(kMessages),
                                  [&](const Message& message) { return message.id == id; });
  if (found == std::end(kMessages)) return std::string(word);
  return std::string(language == Language::zh ? found->zh : found->en);
}

std::string title_of(Language language, std::string_view check, std::string_view title) {
  const auto found =
      std::find_if(std::begin(kTitles), std::end(kTitles), [&](const Title& known) { return known.check == check; });
  return std::string(language == Language::zh && found != std::end(kTitles) ? found->zh : title);
}

}  // namespace rounds

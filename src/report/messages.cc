#include "report/messages.h"

#include <algorithm>
#include <iterator>

#include "core/words.h"
#include "report/titles.h"

namespace rounds {

namespace {

constexpr Words<2> kLanguages{"en", "zh"};
static_assert(complete(kLanguages, Language::zh));

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
  const std::string_view chinese = language == Language::zh ? chinese_title(check) : std::string_view();
  return std::string(chinese.empty() ? title : chinese);
}

}  // namespace rounds

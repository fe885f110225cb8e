#include "loop/log.h"

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include "core/json.h"
#include "core/utf8.h"

namespace rounds {

namespace {

bool as_json = false;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("rounds", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_st>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

/// Nothing in a text may control the terminal that the log is read on.
std::string harmless(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(first_character(text).size())) {
    const std::string_view character = first_character(text);
    const bool layout = character == "\n" || character == "\t";
    out += layout ? std::string(character) : escaped(character);
  }
  return out;
}

void say(spdlog::level::level_enum level, const std::string& text) {
  if (!as_json) return logger().log(level, "{}", harmless(text));
  logger().log(level, "{}", JsonWriter().value(text).text());
}

}  // namespace

void open_log(LogFormat format) {
  as_json = format == LogFormat::json;
  if (as_json) {
    logger().set_pattern(R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":%v})", spdlog::pattern_time_type::utc);
  }
}

void quiet_log() { logger().set_level(spdlog::level::err); }

void log_info(const std::string& text) { say(spdlog::level::info, text); }
void log_warning(const std::string& text) { say(spdlog::level::warn, text); }
void log_error(const std::string& text) { say(spdlog::level::err, text); }

}  // namespace rounds

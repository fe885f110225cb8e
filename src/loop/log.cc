#include "loop/log.h"

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include "core/json.h"

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

void say(spdlog::level::level_enum level, const std::string& text) {
  if (!as_json) return logger().log(level, "{}", text);
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
